"""The table of formats in the documentation is that of the code."""

import re

import pytest

from termbase.exchange.entry import FIELDS
from termbase.exchange.formats import FORMATS
from termbase.exchange.tbx_categories import EXAMPLE, OF_CONCEPT, OF_TERM
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")


def row(kind):
    endings = ", ".join(f"`{suffix}`" for suffix in kind.suffixes)
    lost = [field for field in FIELDS if field not in kind.holds]
    held = [field for field in FIELDS if field in kind.holds]
    holds = f"all but {', '.join(lost)}" if lost and len(lost) < len(held) else ", ".join(held)
    does = " and ".join(word for word, done in (("read", kind.read), ("written", kind.write)) if done)
    return f"| `{kind.name}` | {kind.label} | {endings} | {does} | {holds if lost else 'everything'} |"


def test_the_table_of_formats():
    rows = [line for line in PAGE.splitlines() if re.match(r"\| `[a-z0-9-]+` \|", line)]
    assert rows == [row(kind) for kind in FORMATS]


@pytest.mark.parametrize("label", [*OF_TERM, *OF_CONCEPT[:3], EXAMPLE])
def test_labels_of_notes(label):
    assert f"{label}" in PAGE
