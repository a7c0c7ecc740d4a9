"""Plan x dataset -> sorted axes and arrays: the only place, with the pipeline, that branches on `kind`.

`scene` brings every label to one code, `rows` makes the payee rows, `scopes` sums totals over them, `targets` publishes
what was asked, `compiled` turns curves, weights and policies into numbers, and `panel` puts it all together.
"""
