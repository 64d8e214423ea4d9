"""Findings on entries: the whole termbase looked through for what is missing, doubled, at odds or badly written.

Each kind is one function that says what it finds and why that is a defect: `completeness` what an entry lacks,
`likeness` entries that are like one another, `usage` where documents say something else, `style` how headwords are
written. `looking` runs them all and brings `models.EntryFinding` up to date, `listing` reads it and waives. Terms count
that are in use: of a concept that is not withdrawn, and not rejected; both scripts of Chinese are one language here.
"""

from termbase.quality.entries.listing import Chosen, Tally, Trend, chosen, lift, tallies, trend, waive
from termbase.quality.entries.looking import look_through

__all__ = ["Chosen", "Tally", "Trend", "chosen", "lift", "look_through", "tallies", "trend", "waive"]
