"""Numpy kernels: arrays in, arrays out. They validate nothing and branch on nothing but numbers.

One alphabet of axes is used in every docstring's shapes:

== =====================================================
P  payee rows of one role: a seat in a period
F  facts: totals of a day, item and channel
E  credit edges
W  windows: half-open ranges of days asked for
I  items
K  ingredients put together: measures of a component
L  links: pairs of an own row and a partner's row
X  places of a curve's table
== =====================================================

Published numbers are int64 whole numbers of their last place. Rounding is exact everywhere: see `exact`.
"""
