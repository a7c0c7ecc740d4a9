"""What holds for all tests."""

from hypothesis import settings

# Machines are shared: how long an example takes says nothing about the code, so it fails nothing. Everybody gets the same
# examples, so that a red run can be repeated; new ones are for the long runs.
settings.register_profile("jointpay", deadline=None, derandomize=True)
settings.load_profile("jointpay")
