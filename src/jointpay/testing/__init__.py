"""For tests, ours and yours: the reference definition, assertions that name the first difference, and strategies."""
