"""Backup and restoration over sizes: `python -m tests.benchmarks.backup [TERMS...]`.

At each size a backup is written by a process of its own and put back over the same rows by another. Gives a Markdown
table: seconds, by the clock as the command says them and of its own processor's time, megabytes of the file and of the
database, and the most memory that each process held.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

SIZES = [1_000, 10_000, 100_000]
HEAD = (
    "| terms | rows | database, MB | file, MB | backup, s | processor, s | memory, MB"
    " | restoration, s | processor, s | memory, MB |\n|---|---|---|---|---|---|---|---|---|---|"
)


def main(sizes: list[int]) -> None:
    """On a server of its own, in a folder that is removed."""
    with tempfile.TemporaryDirectory(prefix="termbase-benchmark-") as folder:
        Path(folder).chmod(0o755)
        os.environ |= {"TERMBASE_DATA": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        os.environ.pop("DATABASE_URL", None)
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        from config.database import embedded
        from tests.benchmarks.synthetic import Maker, fill

        try:
            call_command("migrate", verbosity=0)
            *idle, _ = _manage("version")
            print(
                f"A process that does nothing: {idle[0]:.1f} s of the processor, {idle[1]:.0f} MB\n\n{HEAD}", flush=True
            )
            maker = Maker()
            for size in sizes:
                fill(size, maker)
                print(_row(size, Path(folder) / "backup.zip"), flush=True)
        finally:
            connections.close_all()
            embedded.leave(Path(folder).resolve() / "postgres")


def _row(size: int, path: Path) -> str:
    from django.db import connection

    *written, said = _manage("backup", str(path))
    *restored, also_said = _manage("restore", str(path), "--replace")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())::float8 / 1e6")
        (database,) = cursor.fetchone()
    cells = (
        *(size, said.split()[0], database, path.stat().st_size / 1e6),
        *(float(said.split()[-2]), *written, float(also_said.split()[-2]), *restored),
    )
    return "| " + " | ".join(f"{cell:,.1f}" if isinstance(cell, float) else str(cell) for cell in cells) + " |"


def _manage(*arguments: str) -> tuple[float, float, str]:
    """Seconds of the processor, the most megabytes held, and the output of a command."""
    process = subprocess.Popen([sys.executable, "manage.py", *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.read()
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, said
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000, said


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
