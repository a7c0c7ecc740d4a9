"""The plan language: what an author writes, read strictly and exactly.

`load` reads YAML, JSON or TOML; `plan` is the whole document; every other noun has a module of its own: `totals`,
`metrics`, `targets`, `curves`, `measures`, `roles`, `payout`, `bounds`, `header`. What the parts must be to each other
is in `references`, what a curve means exactly in `pieces`, how time is cut in `calendar`. The way in is text -> tree
(`yaml_tree`, `json_tree`, `toml_tree`: every scalar as it was written, with its place) -> models; `structure` says what
the models refuse in the words of the language.
"""
