"""Databases as earlier versions have left them, for `tests/test_upgrades.py`.

`0.1.0.zip` is a backup made by version 0.1.0 of a database with rows in every table. When a version is released,
`python -m tests.upgrades 0.2.0` makes the next one, and none is made again after its release: it stands for the data
that people have. `0011_candidates.zip` is of the code before 0.1.0 whose last migration that was (commit 866b7e2),
filled by that code, as an older state than any release can show.
"""

import json
import zipfile
from pathlib import Path

DUMPS = sorted(Path(__file__).parent.glob("*.zip"))


def manifest_of(path):
    """What a backup says of itself."""
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("manifest.json"))
