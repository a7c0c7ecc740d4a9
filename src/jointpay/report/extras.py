"""Libraries of the extra `report`, imported when they are first needed."""

from importlib import import_module
from types import ModuleType

from jointpay.errors import MissingExtraError

__all__ = ["extra_library"]


def extra_library(name: str, *, purpose: str) -> ModuleType:
    """Import a library of the extra `report`, such as ``"altair"``.

    `purpose` begins the error: "charts needs altair, ...".

    Raises `MissingExtraError` where it is not installed.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != name.partition(".")[0]:
            raise
        raise MissingExtraError.of(name, "report", purpose) from error
