"""Money: exact numbers, rounding, currencies and splits; it knows no people and no floats."""
