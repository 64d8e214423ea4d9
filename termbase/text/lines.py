"""Text of others in a line for people or programs: it neither ends the line nor speaks to the terminal."""

# Unicode's two sets of controls, its two line ends, and what turns the order of characters round.
_SPOKEN = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_ESCAPES = {code: f"\\u{code:04x}" for code in _SPOKEN}


def one_line(text: str) -> str:
    """`text` with its control characters as JSON escapes them."""
    return text.translate(_ESCAPES)
