"""What the program stands on: a table of licences for docs/dependencies.md, and a bill of materials (CycloneDX).

    python -m tests.dependencies licences > docs/dependencies.md
    python -m tests.dependencies sbom > sbom.json

Both are read off what is installed, following `dependencies` of pyproject.toml.
"""

import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
_HEAD = """# Dependencies

What the program needs to run, with what it needs in turn, and under which licence: none of them binds the licence of
the termbase. Made by `make licences`; `make sbom` writes the same as a bill of materials with versions (CycloneDX).

| package | licence |
|---|---|
"""
_NAMES = {
    "mit": "MIT",
    "mit license": "MIT",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "new bsd license": "BSD-3-Clause",
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache-2.0 license": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0-only",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "bsd 3-clause or apache-2.0": "BSD-3-Clause OR Apache-2.0",
}


def needed() -> list[Distribution]:
    """All packages that the program needs on this machine, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(Requirement(text), "") for text in project["dependencies"]]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        for wanted in ("", *requirement.extras):
            if (name, wanted) in seen:
                continue
            seen.add((name, wanted))
            try:
                found[name] = package = distribution(name)
            except PackageNotFoundError:
                sys.exit(f"{name} is not installed")
            waiting += [(Requirement(text), wanted) for text in package.requires or ()]
    return [found[name] for name in sorted(found)]


def licence_of(package: Distribution) -> str:
    """The SPDX expression, or the nearest that the package's own words come to."""
    metadata = package.metadata
    classified = [
        value.rpartition(" :: ")[2]
        for value in metadata.get_all("Classifier") or ()
        if value.startswith("License :: ") and not value.endswith("OSI Approved")
    ]
    said = metadata.get("License-Expression") or next(iter(classified), "") or metadata.get("License") or "not said"
    said = said.strip().splitlines()[0]
    return _NAMES.get(said.lower(), said)


def licences() -> str:
    """The table, in Markdown."""
    rows = (f"| {canonicalize_name(package.name)} | {licence_of(package)} |" for package in needed())
    return _HEAD + "\n".join(rows) + "\n"


def components() -> Iterator[dict[str, Any]]:
    """Of the bill of materials."""
    for package in needed():
        name = canonicalize_name(package.name)
        licence = licence_of(package)
        is_name = re.fullmatch(r"[A-Za-z0-9.+-]+", licence)
        yield {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{package.version}",
            "name": name,
            "version": package.version,
            "purl": f"pkg:pypi/{name}@{package.version}",
            "licenses": [{"license": {"id": licence}}] if is_name else [{"expression": licence}],
        }


def sbom() -> str:
    """The bill of materials, CycloneDX 1.6 in JSON."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return json.dumps(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "serialNumber": f"urn:uuid:{uuid.uuid4()}",
            "version": 1,
            "metadata": {
                "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
                "component": {"type": "application", "name": project["name"], "version": project["version"]},
            },
            "components": list(components()),
        },
        indent=1,
    )


if __name__ == "__main__":
    made = {"licences": licences, "sbom": sbom}.get(" ".join(sys.argv[1:]))
    if made is None:
        sys.exit("say licences or sbom")
    sys.stdout.write(made())
