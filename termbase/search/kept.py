"""Answers to look-ups that were asked before, kept while they are right.

Each process keeps its own. One short query tells it whether anything that an answer is made of has changed since; what
another process has committed, the next request does not find kept.
"""

import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass

from termbase import replicas
from termbase.models import ContextChange
from termbase.models.news import News, Snapshot
from termbase.search.contents import Contents
from termbase.search.lookup import Outcome

MOST_BYTES = 64 * 2**20
"""Of all answers of a process."""
_OVERHEAD = 1_000
"""Bytes that a question and its place take."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer as it is sent, with its ETag, and what each look-up that is given it is counted by."""

    body: bytes
    tag: str
    outcome: Outcome


class Kept:
    """Answers by question, all of one state of the termbase; the longest unasked go when there are too many.

    `contents` are the concepts of that state, for answers to new questions.
    """

    def __init__(self, contents: Contents | None = None) -> None:
        self.contents = contents or Contents()
        self._answers: dict[Hashable, Answer] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, question: Hashable) -> Answer | None:
        """The answer, if it is kept."""
        with self._lock:
            answer = self._answers.pop(question, None)
            if answer is not None:
                self._answers[question] = answer
            return answer

    def put(self, question: Hashable, answer: Answer) -> None:
        """Keep an answer that was made after these were asked for."""
        with self._lock:
            self._drop(question)
            self._answers[question] = answer
            self._bytes += len(answer.body) + _OVERHEAD
            while self._bytes > MOST_BYTES:
                self._drop(next(iter(self._answers)))

    def _drop(self, question: Hashable) -> None:
        answer = self._answers.pop(question, None)
        self._bytes -= 0 if answer is None else len(answer.body) + _OVERHEAD


def _still_right(kept: Kept, news: News) -> Kept:
    """What is right of `kept` after `news`.

    Any change may make any answer another, as it may answer to any question; of concepts it is told which changed.
    """
    if not news.changed:
        return kept
    concepts = news.concepts()
    return Kept(None if concepts is None else kept.contents.without(concepts))


@dataclass(frozen=True, slots=True)
class _Moment:
    """Answers that were right at a snapshot, and when that was by the clock of the process."""

    kept: Kept
    snapshot: Snapshot
    at: float


class Answers:
    """Holds what is kept for all threads of a process.

    A thread that is overtaken puts an older moment back: then what changed between is news once more.
    """

    def __init__(self) -> None:
        self._last: _Moment | None = None

    def current(self) -> Kept:
        """The answers that are right for all that this connection can see, with one query.

        None that lasts, in a transaction that has itself written: it may yet be rolled back. A replica tells no more
        than that nothing has changed; what is kept from now on is the primary's to say.
        """
        last, now = self._last, time.monotonic()
        if last is not None and now - last.at > ContextChange.KEPT_FOR.total_seconds() / 2:
            last = None  # The record of changes may not reach back so far.
        moment = last.snapshot if last else Snapshot()
        replicas.demand(moment.written.position, moment.written.timeline)
        news = News.after(moment)
        if news.changed and replicas.read_primary():
            news = News.after(moment)
        if news.uncommitted:
            return Kept()
        kept = _still_right(last.kept, news) if last else Kept()
        if news.snapshot.written.position:
            self._last = _Moment(kept, news.snapshot, now)
        return kept

    def forget(self) -> None:
        """Begin anew, as a new process does."""
        self._last = None


answers = Answers()
"""This process's."""
