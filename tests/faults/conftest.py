"""One service for all faults that leave it standing, and the table of what they cost."""

import os
import subprocess

import pytest

pytest.register_assert_rewrite("tests.faults.scene", "tests.faults.works")

from tests.faults.scene import Scene  # noqa: E402

HEAD = ("fault", "in the middle of", "answers again after", "work whole after")


DISK = "384m"


@pytest.fixture(scope="package")
def folder(tmp_path_factory):
    """The data folder; the database has a small disk of its own in it, where that is allowed."""
    folder = tmp_path_factory.mktemp("faults")
    disk = folder / "postgres"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0755", "tmpfs", disk]
    mounted = os.geteuid() == 0 and not subprocess.run(command, capture_output=True, check=False).returncode
    yield folder
    if mounted:
        subprocess.run(["umount", "--lazy", disk], check=True)


@pytest.fixture(scope="package")
def scene(folder):
    if os.environ.get("DATABASE_URL"):
        pytest.skip("runs on the embedded database")
    scene = Scene(folder)
    try:
        yield scene
    finally:
        scene.close()


@pytest.fixture
def figure(record_property):
    """Take down a row of the table."""

    def note(*cells):
        record_property("figure", "| " + " | ".join(cells) + " |")

    return note


def pytest_terminal_summary(terminalreporter):
    """The rows of all tests that have passed, as Markdown."""
    reports = terminalreporter.stats.get("passed", [])
    rows = [value for report in reports for name, value in report.user_properties if name == "figure"]
    if rows:
        terminalreporter.write_line(f"\n| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}")
        for row in rows:
            terminalreporter.write_line(row)
