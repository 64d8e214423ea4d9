"""The error of a file that cannot be taken, as the caller is told of it."""

from termbase.errors import UnreadableFile

MAX_BYTES = 64_000_000
"""Of a file."""
MAX_CHARACTERS = 20_000_000
"""Of a text."""


def refused(problem: str, field: str = "file") -> UnreadableFile:
    """The error of a file that `problem` is said of; `field` is what the caller may mend, such as the encoding."""
    return UnreadableFile(f"The file {problem}.", fields={field: [problem]})
