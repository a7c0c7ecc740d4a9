"""What holds for all tests."""

from hypothesis import settings

# Machines are shared: how long an example takes says nothing about the code, so it fails nothing.
settings.register_profile("jointpay", deadline=None)
settings.load_profile("jointpay")
