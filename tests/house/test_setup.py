"""`.ci/setup`: what makes the environment, and what it says when it cannot."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.house.tree import HOUSE


def loaded(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of `.ci`, which is no package."""
    monkeypatch.syspath_prepend(str(HOUSE / ".ci"))
    spec = importlib.util.spec_from_file_location(name, HOUSE / ".ci" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return loaded("system_packages", monkeypatch)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, packages: ModuleType) -> ModuleType:
    return loaded("environment", monkeypatch)


@pytest.fixture
def house(tmp_path: Path, environment: ModuleType) -> Path:
    """A checkout with lock files and an environment that is whole."""
    (tmp_path / ".ci").mkdir()
    for lock in environment.LOCKS["test"]:
        (tmp_path / ".ci" / lock).write_text("nothing==1\n")
    bin_folder = tmp_path / ".venv" / "bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "python").symlink_to(sys.executable)
    environment.write_stamp(tmp_path / ".venv", tmp_path, "test")
    return tmp_path


def test_that_a_whole_environment_serves_running_and_testing(
    environment: ModuleType, house: Path
) -> None:
    for goal in ("run", "test"):
        assert environment.why_not_ready(house / ".venv", house, goal) is None


def test_that_no_environment_is_made_anew(environment: ModuleType, tmp_path: Path) -> None:
    why = environment.why_not_ready(tmp_path / ".venv", tmp_path, "run")
    assert why == "there is none yet"


def test_that_a_setup_killed_half_way_is_noticed(environment: ModuleType, house: Path) -> None:
    (house / ".venv" / environment.STAMP).unlink()
    why = environment.why_not_ready(house / ".venv", house, "run")
    assert why == "the one here was never finished"


@pytest.mark.parametrize("content", ["", "[]", '{"goal": "run"}', "\x00"])
def test_that_a_damaged_stamp_counts_as_none(
    environment: ModuleType, house: Path, content: str
) -> None:
    (house / ".venv" / environment.STAMP).write_text(content)
    why = environment.why_not_ready(house / ".venv", house, "run")
    assert why == "the one here was never finished"


def test_that_a_moved_folder_is_noticed(environment: ModuleType, house: Path) -> None:
    moved = house.rename(house.with_name("moved"))
    why = environment.why_not_ready(moved / ".venv", moved, "run")
    assert why == "the one here was moved from another folder"


def test_that_an_environment_without_the_tests_packages_does_not_serve_tests(
    environment: ModuleType, house: Path
) -> None:
    environment.write_stamp(house / ".venv", house, "run")
    assert environment.why_not_ready(house / ".venv", house, "run") is None
    why = environment.why_not_ready(house / ".venv", house, "test")
    assert why == "the one here was made without what tests need"


def test_that_a_changed_lock_file_is_noticed(environment: ModuleType, house: Path) -> None:
    (house / ".ci" / "requirements.lock").write_text("nothing==2\n")
    why = environment.why_not_ready(house / ".venv", house, "run")
    assert why == "the lock file has changed"


def test_that_a_python_that_is_gone_is_noticed(environment: ModuleType, house: Path) -> None:
    python = house / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(house / "gone")
    why = environment.why_not_ready(house / ".venv", house, "run")
    assert why == "its Python is gone or was replaced"


def test_that_another_python_asked_for_gets_its_own_environment(
    environment: ModuleType, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_PYTHON_ASKED", "1")
    monkeypatch.setattr(environment.platform, "python_version", lambda: "3.99.0")
    why = environment.why_not_ready(house / ".venv", house, "run")
    assert why == "another Python is asked for"


def test_that_taking_away_a_linked_environment_leaves_what_it_points_to(
    environment: ModuleType, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / ".venv").symlink_to(elsewhere)
    environment.remove(tmp_path / ".venv")
    assert elsewhere.is_dir()
    assert not (tmp_path / ".venv").exists()


def test_that_setup_fails_in_one_sentence_for_a_python_that_does_not_fit() -> None:
    tried = subprocess.run(
        [str(HOUSE / ".ci" / "setup"), "run"],
        env=os.environ | {"PYTHON": "python-of-another-age"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert tried.returncode == 3
    assert tried.stderr.startswith("PYTHON=python-of-another-age is not Python 3.11, 3.12 or 3.13")
    assert len(tried.stderr.splitlines()) == 1


def test_that_setup_says_so_when_no_python_fits(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("sh", "dirname"):
        (tools / tool).symlink_to(f"/usr/bin/{tool}")
    tried = subprocess.run(
        [str(HOUSE / ".ci" / "setup"), "run"],
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert tried.returncode == 3
    assert tried.stderr.startswith("No Python 3.11, 3.12 or 3.13 was found")


def test_that_a_wrong_goal_is_wrong_usage(
    environment: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert environment.main(["everything"]) == 2
    assert "Usage" in capsys.readouterr().err


def test_that_a_second_setup_waits_for_the_first(environment: ModuleType, house: Path) -> None:
    with environment.alone(house):
        second = (
            "import sys, pathlib, fcntl, os;"
            "fd = os.open(sys.argv[1], os.O_RDONLY);"
            "fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)"
        )
        command = [sys.executable, "-c", second, str(house / ".ci")]
        tried = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "BlockingIOError" in tried.stderr


def os_release(folder: Path, text: str) -> Path:
    """A file that says which distribution this is."""
    file = folder / "os-release"
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    ("text", "package"),
    [
        ('ID=debian\nVERSION_ID="12"\n', "libglib2.0-0"),
        ('ID=debian\nVERSION_ID="13"\n', "libglib2.0-0t64"),
        ("ID=debian\n", "libglib2.0-0t64"),  # testing has no number
        ('ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\n', "libglib2.0-0"),
        ('ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n', "libglib2.0-0t64"),
    ],
)
def test_that_each_release_gets_its_own_package_names(
    packages: ModuleType, tmp_path: Path, text: str, package: str
) -> None:
    distribution = packages.read_distribution(os_release(tmp_path, text))
    assert distribution.knows_our_names
    assert distribution.package("libglib2.0-0") == package
    assert distribution.package("libegl1") == "libegl1"


def test_that_a_derivative_of_debian_is_given_debian_names(
    packages: ModuleType, tmp_path: Path
) -> None:
    like = os_release(tmp_path, 'ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\n')
    assert packages.read_distribution(like).knows_our_names


@pytest.fixture
def lacking(packages: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A system where one library and one command are missing."""
    monkeypatch.setattr(packages, "loads", lambda name: name != "libxcb-cursor.so.0")
    monkeypatch.setattr(packages.shutil, "which", lambda name: None if name == "jq" else name)
    monkeypatch.setattr(packages.importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(packages, "server_programs", lambda: Path("bin"))
    return packages


def test_that_only_tests_ask_for_what_only_tests_need(lacking: ModuleType) -> None:
    assert lacking.what_is_missing("run") == {"libxcb-cursor.so.0": "libxcb-cursor0"}
    assert lacking.what_is_missing("test") == {
        "libxcb-cursor.so.0": "libxcb-cursor0",
        "jq": "jq",
    }


def test_that_a_plain_user_is_told_the_one_command_to_run(
    lacking: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    debian = lacking.Distribution("debian", (), 12.0)
    monkeypatch.setattr(lacking, "read_distribution", lambda _: debian)
    monkeypatch.setattr(lacking.os, "geteuid", lambda: 1000)
    with pytest.raises(lacking.MissingError) as told:
        lacking.provide("test")
    assert str(told.value) == (
        "Missing here: libxcb-cursor.so.0, jq. To install them, run: sudo apt-get update && "
        "sudo apt-get install -y --no-install-recommends jq libxcb-cursor0"
    )


def test_that_an_unknown_distribution_is_told_what_is_missing(
    lacking: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = lacking.Distribution("fedora", (), 42.0)
    monkeypatch.setattr(lacking, "read_distribution", lambda _: other)
    with pytest.raises(lacking.MissingError, match=r"libxcb-cursor\.so\.0.*your package tool"):
        lacking.provide("run")


def test_that_apt_is_left_alone_when_nothing_is_missing(
    packages: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "what_is_missing", lambda goal: {})
    monkeypatch.setattr(packages, "HELPFUL_FILES", {})
    monkeypatch.setattr(packages, "install", lambda names: pytest.fail("asked apt-get"))
    packages.provide("test")


@pytest.mark.parametrize(("account", "asked"), [(0, [["some-package"]]), (1000, [])])
def test_that_what_some_tests_want_is_installed_by_who_may_and_stops_nobody(
    packages: ModuleType, monkeypatch: pytest.MonkeyPatch, account: int, asked: list[list[str]]
) -> None:
    names: list[list[str]] = []

    def no_server(wanted: list[str]) -> None:
        names.append(wanted)
        raise packages.MissingError("apt-get could not.")

    monkeypatch.setattr(packages, "what_is_missing", lambda goal: {})
    monkeypatch.setattr(packages, "HELPFUL_FILES", {("/no/such/file",): "some-package"})
    monkeypatch.setattr(packages, "install", no_server)
    debian = packages.Distribution("debian", (), 12.0)
    monkeypatch.setattr(packages, "read_distribution", lambda _: debian)
    monkeypatch.setattr(packages.os, "geteuid", lambda: account)
    monkeypatch.setattr(packages.shutil, "which", lambda name: name)
    packages.provide("test")
    packages.provide("run")
    assert names == asked


def test_that_python_without_venv_names_its_own_package(
    packages: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages.importlib.util, "find_spec", lambda name: None)
    expected = f"python3.{sys.version_info.minor}-venv"
    assert expected in packages.what_is_missing("run").values()


def test_that_the_loader_finds_what_is_there_and_not_what_is_not(packages: ModuleType) -> None:
    assert packages.loads("libc.so.6")
    assert not packages.loads("libnothing-of-the-kind.so.7")


def test_that_the_newest_server_with_all_its_programs_is_found(
    packages: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "SERVER_FOLDERS", (str(tmp_path / "*" / "bin"),))
    monkeypatch.setattr(packages.shutil, "which", lambda name: None)
    assert packages.server_programs() is None
    for release, programs in {"9": ("initdb", "postgres"), "15": ("initdb", "postgres")}.items():
        (tmp_path / release / "bin").mkdir(parents=True)
        for name in programs:
            (tmp_path / release / "bin" / name).touch()
    (tmp_path / "17" / "bin").mkdir(parents=True)  # the clients alone
    assert packages.server_programs() == tmp_path / "15" / "bin"


def test_that_tests_ask_for_a_server(lacking: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lacking, "server_programs", lambda: None)
    assert "postgresql" in lacking.what_is_missing("test").values()
    assert "postgresql" not in lacking.what_is_missing("run").values()
