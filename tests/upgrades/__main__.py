"""`python -m tests.upgrades VERSION`: makes VERSION.zip beside this file, the same rows each time."""

import os
import sys
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

import django

MOMENT = "2026-01-15 12:00:00+00"


def main(version):
    """In a folder and on a server of its own."""
    with tempfile.TemporaryDirectory(prefix="termbase-upgrades-") as folder:
        Path(folder).chmod(0o755)
        os.environ |= {"TERMBASE_DATA": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        os.environ.pop("DATABASE_URL", None)
        django.setup()
        # Models can be imported only now.
        from django.core.management import call_command
        from django.db import connections

        from config.database import embedded
        from termbase import backup
        from tests.upgrades import filling

        made = Path(folder) / "backup.zip"
        try:
            call_command("migrate", verbosity=0)
            filling.fill()
            filling.hold_still(MOMENT)
            manifest = backup.write(made)
        finally:
            connections.close_all()
            embedded.leave(Path(folder).resolve() / "postgres")
        empty = [table.name for table in manifest.tables if not table.rows]
        if empty:
            sys.exit(f"Without rows: {', '.join(empty)}")
        manifest = replace(manifest, program=version, made_at=MOMENT, postgresql=0)
        path = Path(__file__).with_name(f"{version}.zip")
        _rewrite(made, path, backup.as_json(manifest))
        print(f"{path}: {sum(table.rows for table in manifest.tables)} rows, {path.stat().st_size} bytes")  # noqa: T201


def _rewrite(made, path, manifest):
    """With nothing in it that depends on when and where it was made."""
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            content = (
                manifest if name == "manifest.json" else b"".join(sorted(old.read(name).splitlines(keepends=True)))
            )
            new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main(sys.argv[1])
