"""Results: scorecards and settlements, with every intermediate kept; frames, JSON and explanations of them."""
