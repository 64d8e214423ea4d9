"""Parts of a zipped file, unpacked no further than a limit: a few kilobytes may unpack to gigabytes."""

import io
import zipfile
import zlib

from termbase.harvest.formats.refusal import refused

MAX_PART = 60_000_000
"""Of one part, unpacked."""
_MAX_PARTS = 10_000


class Archive:
    """The parts of a zipped file by name; raises `UnreadableFile` for what is none, and for one that is encrypted."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise refused("is damaged, or not what its name says") from error
        if len(self._zip.namelist()) > _MAX_PARTS:
            raise refused("has too many parts")

    def __contains__(self, name: str) -> bool:
        return name in self._zip.NameToInfo

    def read(self, name: str) -> bytes:
        """A part, whole; raises `UnreadableFile` where it is missing, damaged, encrypted or too long."""
        try:
            with self._zip.open(name) as stream:
                # What the archive says of sizes is not to be believed.
                part = stream.read(MAX_PART + 1)
        except RuntimeError as error:
            raise refused("is encrypted; save it without a password") from error
        except (zipfile.BadZipFile, KeyError, NotImplementedError, EOFError, OSError, zlib.error) as error:
            raise refused("is damaged, or not what its name says") from error
        if len(part) > MAX_PART:
            raise refused("holds too long a text")
        return part
