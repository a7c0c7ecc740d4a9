import hashlib
from pathlib import Path

import pytest

from jointpay.cli.output import new_folder, sha256_of, write_json, write_table, write_text
from jointpay.errors import OutputExistsError


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write_twice(out: Path) -> None:
    with new_folder(out) as folder:
        write_text(folder, "a.txt", "a")
        write_text(folder, "a.txt", "b")


def write_and_interrupt(out: Path) -> None:
    with new_folder(out) as folder:
        write_text(folder, "a.txt", "a")
        raise KeyboardInterrupt("now")


def test_a_new_folder_appears_with_everything_in_it(tmp_path: Path) -> None:
    with new_folder(tmp_path / "deep" / "out") as folder:
        write_text(folder, "a.txt", "a")
        assert not (tmp_path / "deep" / "out").exists()
    assert listed(tmp_path / "deep") == ["out"]
    assert listed(tmp_path / "deep" / "out") == ["a.txt"]


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError, match=r"a\.txt"):
        write_twice(tmp_path / "out")
    assert listed(tmp_path) == []


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt, match="now"):
        write_and_interrupt(tmp_path / "out")
    assert listed(tmp_path) == []


@pytest.mark.parametrize("kind", ["folder", "empty folder", "file", "dangling link"])
def test_what_exists_is_not_touched(tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out"
    match kind:
        case "folder":
            out.mkdir()
            (out / "kept").touch()
        case "empty folder":
            out.mkdir()
        case "file":
            out.write_text("kept", encoding="utf-8")
        case _:
            out.symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputExistsError, match="out: exists already, and nothing is overwritten; next: give another"):
        new_folder(out).__enter__()
    assert listed(tmp_path) == ["out"]


def test_a_folder_that_appears_meanwhile_is_not_touched(tmp_path: Path) -> None:
    with pytest.raises(OutputExistsError, match="exists already"), new_folder(tmp_path / "out"):
        (tmp_path / "out").mkdir()
    assert listed(tmp_path) == ["out"]
    assert listed(tmp_path / "out") == []


def test_a_new_folder_gets_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").mkdir()
    with new_folder(tmp_path / "out"):
        pass
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_table_is_utf8_and_holds_no_formula(tmp_path: Path) -> None:
    written = write_table(tmp_path, "t.csv", {"name": ["王雨桐", "=1+1"], "amount": [-5, None]})
    assert (tmp_path / "t.csv").read_bytes() == "name,amount\r\n王雨桐,-5\r\n'=1+1,\r\n".encode()
    assert (written.file, written.rows) == ("t.csv", 2)


def test_a_table_without_rows_has_its_header(tmp_path: Path) -> None:
    assert write_table(tmp_path, "t.csv", {"name": [], "amount": []}).rows == 0
    assert (tmp_path / "t.csv").read_bytes() == b"name,amount\r\n"


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    written = write_json(tmp_path, "t.json", {"name": "王"})
    assert (tmp_path / "t.json").read_text(encoding="utf-8") == '{\n  "name": "王"\n}\n'
    assert written.sha256 == hashlib.sha256('{\n  "name": "王"\n}\n'.encode()).hexdigest()
    assert sha256_of(tmp_path / "t.json") == written.sha256
