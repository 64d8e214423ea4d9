"""What the program stands on binds nobody, and is listed."""

import json
import re

from tests import dependencies
from tests.conftest import ROOT

# Under these a program may stand on theirs and have a licence of its own. LGPL and MPL ask that changes to their own
# files be given on; there are none.
OPEN = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "LGPL-3.0-only",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "PSF-2.0",
}


def test_no_licence_binds_ours():
    licences = {package.name: dependencies.licence_of(package) for package in dependencies.needed()}
    unknown = {name: said for name, said in licences.items() if set(re.split(r" AND | OR |[()]", said)) - OPEN - {""}}
    assert unknown == {}


def test_each_is_listed():
    listed = (ROOT / "docs" / "dependencies.md").read_text().splitlines()
    missing = [row for row in dependencies.licences().splitlines() if row not in listed]
    assert missing == [], "make licences"


def test_the_bill_of_materials_names_each_with_its_version():
    bill = json.loads(dependencies.sbom())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    packages = {(package.name.lower().replace("_", "-"), package.version) for package in dependencies.needed()}
    assert {(c["name"], c["version"]) for c in bill["components"]} == {(n.replace(".", "-"), v) for n, v in packages}
    for component in bill["components"]:
        assert component["purl"] == f"pkg:pypi/{component['name']}@{component['version']}"
