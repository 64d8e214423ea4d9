"""Document symbols in source lines."""

import pytest

from termbase.text.symbols import references

UNDOCS = "https://undocs.org/"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("A/CONF.234/7, 12", [("A/CONF.234/7", UNDOCS + "A/CONF.234/7")], id="with a paragraph"),
        pytest.param("A/74/6/Add.1.", [("A/74/6/Add.1", UNDOCS + "A/74/6/Add.1")], id="at the end of a sentence"),
        pytest.param("S/RES/2178 (2014)", [("S/RES/2178", UNDOCS + "S/RES/2178")], id="a resolution with its year"),
        pytest.param("见A/C.3/74/L.18，pp35", [("A/C.3/74/L.18", UNDOCS + "A/C.3/74/L.18")], id="in Chinese"),
        pytest.param(
            "E/2024/30-E/CN.15/2024/16, fn16",
            [("E/2024/30-E/CN.15/2024/16", UNDOCS + "E/2024/30")],
            id="of two bodies: kept under either",
        ),
        pytest.param(
            "A/CONF.234/L (congress-14-report-item-6), 11",
            [("A/CONF.234/L (congress-14-report-item-6)", UNDOCS + "A/CONF.234/L")],
            id="a series, with the document's key",
        ),
        pytest.param(
            "A/CONF.234/7; E/CN.15/2015/4",
            [("A/CONF.234/7", UNDOCS + "A/CONF.234/7"), ("E/CN.15/2015/4", UNDOCS + "E/CN.15/2015/4")],
            id="two",
        ),
        pytest.param("editors and/or TCP/IP, AC/DC, N/A", [], id="no figure, no symbol"),
        pytest.param(
            "https://undocs.org/A/RES/60/1.",
            [("https://undocs.org/A/RES/60/1", "https://undocs.org/A/RES/60/1")],
            id="an address is one, whatever stands in it",
        ),
        pytest.param("a/conf.234/7", [], id="small letters"),
    ],
)
def test_references(source, found):
    assert [(source[ref.start : ref.end], ref.address) for ref in references(source)] == found
