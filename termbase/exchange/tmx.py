"""TMX 1.4b: term pairs as phrases, and the examples that have a translation as sentences."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import IO

from termbase.exchange.entry import Entry, EntryExample
from termbase.exchange.languages import with_region
from termbase.exchange.losses import Losses, LossReason
from termbase.exchange.options import WriteOptions
from termbase.exchange.pairs import pairs
from termbase.exchange.xml_writing import DECLARATION, escaped, is_writable, quoted, writable
from termbase.text.languages import EN, EXPANSIONS, ZH_HANS
from termbase.vocabulary import ReviewStatus

HOLDS = frozenset({"concept", "language", "text", "subject_field", "administrative_status", "examples"})


def write(stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()) -> Losses:
    """Units from `options.source` to `options.target`, valid under the DTD; a sentence stands once in the file."""
    losses = Losses()
    writer = _Writer(options)
    stream.write(writer.head().encode())
    for entry in entries:
        losses.add_unheld(replace(entry, withdrawn_at=""), HOLDS)
        texts = [*(term.text for term in entry.terms), *(example.text for example in entry.examples)]
        clean = entry if is_writable("".join([entry.subject_field, *texts])) else writable(entry, losses)
        stream.writelines(unit.encode() for unit in writer.units(clean, losses))
    stream.write(b"</body></tmx>\n")
    return losses


@dataclass(slots=True)
class _Writer:
    options: WriteOptions
    sentences: set[int] = field(default_factory=set)
    """The hashes of those that are in the file: of many terms, one sentence is the example."""

    def head(self) -> str:
        made = self.options.made_at
        date = f" creationdate={quoted(made.strftime('%Y%m%dT%H%M%SZ'))}" if made else ""
        return (
            f'{DECLARATION}<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4"><header creationtool="termbase"'
            f' creationtoolversion="1" segtype="phrase" o-tmf="termbase" adminlang="en" datatype="plaintext"'
            f" srclang={quoted(self.code(EXPANSIONS[self.options.source][0]))}{date}/>\n<body>\n"
        )

    def code(self, language: str) -> str:
        return with_region(language, self.options.chinese)

    def units(self, entry: Entry, losses: Losses) -> Iterator[str]:
        number = 0
        for number, pair in enumerate(pairs([entry], self.options, losses), 1):
            props = {"x-administrative-status": pair.source.administrative_status}
            if entry.subject_field:
                props["x-subject-field"] = entry.subject_field
            variants = [(pair.source.language, pair.source.text), (pair.target.language, pair.target.text)]
            yield self.unit(f"{entry.key}-{number}", "phrase", props, variants)
        for example in entry.examples:
            variants = self.variants(entry, example, losses)
            if variants and (digest := hash((*variants,))) not in self.sentences:
                self.sentences.add(digest)
                number += 1
                yield self.unit(f"{entry.key}-{number}", "sentence", {"x-source": example.source}, variants)

    def variants(self, entry: Entry, example: EntryExample, losses: Losses) -> list[tuple[str, str]]:
        """Languages and texts of an example, source first; none, and a loss, where it is not for this file."""
        other = ZH_HANS if example.language == EN else EN
        variants = [(example.language, example.text), (other, example.translation)]
        if other in EXPANSIONS[self.options.source]:
            variants.reverse()
        if entry.withdrawn_at:
            losses.add("examples", LossReason.WITHDRAWN)
        elif not self.shows(entry, example):
            losses.add("examples", LossReason.NOT_APPROVED)
        elif not example.translation or variants[0][0] not in EXPANSIONS[self.options.source]:
            losses.add("examples", LossReason.NO_EQUIVALENT)
        else:
            return variants
        return []

    def shows(self, entry: Entry, example: EntryExample) -> bool:
        reviewed = {ReviewStatus.APPROVED.value, *([ReviewStatus.PROPOSED.value] if self.options.proposed else [])}
        own = (example.language, example.term)
        return any((term.language, term.text) == own and term.review_status in reviewed for term in entry.terms)

    def unit(self, identifier: str, kind: str, props: dict[str, str], variants: list[tuple[str, str]]) -> str:
        said = "".join(f"<prop type={quoted(name)}>{escaped(value)}</prop>" for name, value in props.items() if value)
        texts = "".join(
            f"<tuv xml:lang={quoted(self.code(language))}><seg>{escaped(text)}</seg></tuv>"
            for language, text in variants
        )
        source = quoted(self.code(variants[0][0]))
        return f'<tu tuid="{identifier}" segtype="{kind}" srclang={source}>{said}{texts}</tu>\n'
