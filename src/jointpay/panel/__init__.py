"""Plan x dataset -> sorted axes and arrays: the only place, with the pipeline, that branches on `kind`.

`compiled` turns curves, weights and policies into numbers, `rules` a whole plan, once; `scene` brings every label to one
code, `rows` makes the payee rows, `scopes` sums totals over them, `targets` publishes what was asked, and `panel` puts it
all together.
"""
