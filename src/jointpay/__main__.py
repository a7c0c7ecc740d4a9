"""`python -m jointpay` is the command `jointpay`."""

import sys

from jointpay.cli import main

if __name__ == "__main__":
    sys.exit(main())
