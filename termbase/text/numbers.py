"""Numbers that somebody has sent as text."""


def whole_number(text: str) -> int | None:
    """What plain figures say, 18 at the most, so that a database can have a row of it; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
