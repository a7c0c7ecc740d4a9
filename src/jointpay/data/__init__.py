"""What happened: facts, credits, people, targets and pay bases, each a table with a strict reader.

Every table is checked before anything is computed, and all its problems are raised together as one `DataError` whose
findings name source, row, column, value and who. Records are arrays that cannot be written to.
"""
