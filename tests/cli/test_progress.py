import io
import threading

import pytest

from jointpay.cli import main
from jointpay.cli.progress import doing


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_what_is_being_done_and_then_a_clean_line(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with doing("reading events.csv"):
        assert terminal.getvalue() == "\r\x1b[Kreading events.csv ..."
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_failure_leaves_a_clean_line_too(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with pytest.raises(OSError, match="gone"), doing("reading"):
        raise OSError("gone")
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_pipe_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr("sys.stderr", pipe)
    with doing("reading"):
        pass
    assert pipe.getvalue() == ""


def test_a_command_can_be_called_from_any_thread(capsys: pytest.CaptureFixture[str]) -> None:
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(main(["preset", "minimal"])))
    thread.start()
    thread.join()
    assert codes == [0]
    assert capsys.readouterr().out.startswith("# The smallest plan that pays")
