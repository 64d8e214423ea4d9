"""The text of a PDF, read in a process of its own with limits on time, memory and length."""

import subprocess
import sys
from pathlib import Path

from termbase.errors import UnreadableFile
from termbase.harvest.formats.refusal import refused

SECONDS = 600
_ROOT = Path(__file__).resolve().parents[3]
_ENCRYPTED = ("PDFPasswordIncorrect", "PDFEncryptionError", "PDFTextExtractionNotAllowed")
_PROBLEMS = {
    **dict.fromkeys(_ENCRYPTED, "is encrypted; save it without a password"),
    "MemoryError": "takes too much memory to read",
    "TooLong": "holds too long a text",
}


def text_of(content: bytes) -> str:
    """The lines of a PDF as printed, pages parted by form feeds.

    Raises `UnreadableFile` where it is encrypted, broken, too large to read or has no text (a scan, say).
    """
    command = [sys.executable, "-m", "termbase.harvest.formats.pdf_lines"]
    try:
        # Our own interpreter and module; of the file only its bytes go in.
        done = subprocess.run(command, input=content, capture_output=True, cwd=_ROOT, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise refused("takes too long to read") from error
    if done.returncode:
        raise _problem(done.stderr.decode("utf-8", "replace").rpartition("\n")[2])
    text = done.stdout.decode("utf-8")
    if not text.strip():
        raise refused("holds no text; a scan must go through character recognition first")
    return text


def _problem(name: str) -> UnreadableFile:
    return refused(_PROBLEMS.get(name, "is no PDF that can be read"))
