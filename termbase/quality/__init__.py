"""Checking translations against the termbase: segment pairs to findings.

Official translations are the measure: what they do is right, so every rule here that lets a translation pass is one
that they showed to be needed, and errors put into them show what a rule costs (`tests/benchmarks/check_precision.py`).
`findings` says what is asked and answered, `pairs` recognises both sides, `equivalents` and `renderings` judge them,
`steadiness` asks the termbase how surely a word is rendered by its equivalents, `levels` tells from that and from the
batch how sure a finding is, `checking` puts it together.
"""

from termbase.quality.checking import check
from termbase.quality.findings import MAX_CHARACTERS, MAX_SEGMENTS, Batch, Finding, Found, Segment, at_least, is_short

__all__ = ["MAX_CHARACTERS", "MAX_SEGMENTS", "Batch", "Finding", "Found", "Segment", "at_least", "check", "is_short"]
