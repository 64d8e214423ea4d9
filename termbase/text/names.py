"""What a key may look like."""

NCNAME = r"^[A-Za-z_][A-Za-z0-9._-]*$"
"""An XML NCName of ASCII characters: TBX takes it as `conceptEntry/@id`, and no address needs to quote it."""
