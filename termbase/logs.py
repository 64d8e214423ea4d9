"""Log lines for programs: one JSON object each, with the identifier of the request that they belong to."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

from termbase.text.lines import one_line

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request that this thread is answering; empty outside of one."""


class PlainFormatter(logging.Formatter):
    """Lines for people; what a caller has chosen, a path say, makes no line of its own and speaks to no terminal."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  The base class calls it so.
        return one_line(super().formatMessage(record))


class JsonFormatter(logging.Formatter):
    """`time` (UTC), `level`, `logger`, `message`, and where there is one `request_id`, `exception` and `extra.fields`.

    What a line says beyond its message is given as `extra={"fields": {...}}`.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request := request_id.get():
            line["request_id"] = request
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return one_line(json.dumps(line, ensure_ascii=False, default=str))
