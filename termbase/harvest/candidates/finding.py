"""From a document to its candidates, best first; no database here, so that many processes can share the work."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from termbase.harvest.candidates.proposals import badges_of, english_of, known_inside, subject_field_of, type_of
from termbase.harvest.candidates.reading import Piece, Reading, Stretch, read
from termbase.harvest.candidates.sharing import Shared
from termbase.harvest.candidates.signals import Surroundings, signals_of_words
from termbase.harvest.candidates.values import Found, Known, Paragraph, Source
from termbase.harvest.candidates.weights import Weights, probability, read_weights
from termbase.harvest.examples import Occurrence, best, score
from termbase.text.normalise import has_han
from termbase.vocabulary import Badge

LEAST_SCORE = 0.05
"""What is less likely to be a term is not worth anybody's time."""
PART = 60_000
"""A longer document is read in parts of about so many characters, which bounds memory however long it is."""
MOST = 20_000
"""Candidates of a document: nobody would review more, and memory is bounded."""
# Of the pieces whose words alone say so much against them, a third of all, one in 5,000 would be kept.
_HOPELESS = -6.0
_PLACES = 12
_DECIMALS = 6

Ranked = list[tuple[str, float]]
"""Keys with their scores, best first."""


def candidates(documents: Iterable[Source], known: Known, weights: Weights | None = None) -> Iterator[Found]:
    """The candidates of each document, best first; each is judged by itself, so that their order does not matter."""
    shared = Shared(known)
    weights = weights or read_weights()
    for document in documents:
        yield from candidates_of(document, shared, weights)


def candidates_of(document: Source, shared: Shared, weights: Weights) -> list[Found]:
    """The candidates of a document, best first."""
    found: dict[str, Found] = {}
    counts: Counter[str] = Counter()
    for paragraphs in _parts(document):
        reading = read(paragraphs)
        for key, value in rank(reading, shared, weights):
            item = _found(document, reading, shared, key, value)
            counts[key] += item.count
            found[key] = merged(found[key], item) if key in found else item
        if len(found) > 2 * MOST:
            found = {item.key: item for item in _best(found)}
    # What was dropped and came again has been counted all the same.
    return [replace(item, count=counts[item.key]) for item in _best(found)]


def _best(found: Mapping[str, Found]) -> list[Found]:
    return sorted(found.values(), key=lambda item: (-item.score, item.key))[:MOST]


def rank(reading: Reading, shared: Shared, weights: Weights) -> Ranked:
    """The pieces that are likely enough, neither known nor rejected, without those that stand in better ones only."""
    surroundings = Surroundings(reading, shared)
    scores: dict[str, float] = {}
    for key, piece in reading.pieces.items():
        if key in shared.known.excluded or not has_han(key):
            continue
        total = weights.total(signals_of_words(key, piece.forms))
        if total < _HOPELESS and not piece.names:
            continue
        value = round(probability(total + weights.total(surroundings.signals_of_places(key, piece))), _DECIMALS)
        if value >= LEAST_SCORE:
            scores[key] = value
    return list(_folded(scores, reading.pieces, shared.known))


def merged(one: Found, other: Found) -> Found:
    """What two parts of a document say of a candidate; whichever is given first."""
    better, lesser = sorted([one, other], key=_precedence)
    return Found(
        document=better.document,
        key=better.key,
        text=better.text,
        language=better.language,
        score=better.score,
        count=one.count + other.count,
        badges=tuple(badge for badge in Badge if badge in one.badges or badge in other.badges),
        places=tuple(best([*better.places, *lesser.places])),
        known_terms=better.known_terms,
        term_type=better.term_type,
        subject_field=better.subject_field,
        full_form=better.full_form or lesser.full_form,
        variant_of=better.variant_of,
        english=better.english,
    )


def _precedence(found: Found) -> tuple[float, list[tuple[int, int]]]:
    return -found.score, [(place.passage, place.start) for place in found.places]


def _parts(document: Source) -> Iterator[list[Paragraph]]:
    part: list[Paragraph] = []
    size = 0
    for paragraph in document.paragraphs:
        if part and size + len(paragraph.text) > PART:
            yield part
            part, size = [], 0
        part.append(paragraph)
        size += len(paragraph.text)
    if part:
        yield part


def _folded(scores: Mapping[str, float], pieces: Mapping[str, Piece], known: Known) -> Iterator[tuple[str, float]]:
    """Best first; left out is what begins or ends, wherever it stands, inside a known term or a better piece."""
    inside: set[tuple[int, int]] = set()
    certain = sorted(known.terms.keys() & pieces.keys(), key=lambda key: (-len(key), key))
    for key in [*certain, *sorted(scores, key=lambda key: (-scores[key], -len(key), key))]:
        places = pieces[key].places
        if any((line, first) not in inside and (line, last + 1) not in inside for line, first, last in places):
            if key in scores:
                yield key, scores[key]
            inside.update((line, at) for line, first, last in places for at in range(first + 1, last + 1))


def _found(document: Source, reading: Reading, shared: Shared, key: str, value: float) -> Found:
    piece = reading.pieces[key]
    badges = badges_of(key, piece, reading, shared)
    first = piece.places[0]
    start, end = reading.lines[first.line].span_of(first)
    variant = shared.known.terms.get(shared.variant_of(key))
    return Found(
        document=document.document,
        key=key,
        text=reading.lines[first.line].paragraph.text[start:end],
        language=document.language,
        score=value,
        count=len(piece.places),
        badges=badges,
        places=tuple(best(_occurrence(document, reading, place) for place in piece.places[:_PLACES])),
        known_terms=tuple(term.term for term in known_inside(key, shared)),
        term_type=type_of(key, piece, badges),
        subject_field=variant.subject_field if variant else subject_field_of(key, shared),
        full_form=_full_form(reading, piece),
        variant_of=variant.concept if variant else None,
        english=variant.english if variant else english_of(key, shared),
    )


def _full_form(reading: Reading, piece: Piece) -> str:
    if piece.short_for is None:
        return ""
    line = reading.lines[piece.short_for.line]
    start, end = line.span_of(piece.short_for)
    return line.paragraph.text[start:end]


def _occurrence(document: Source, reading: Reading, place: Stretch) -> Occurrence:
    line = reading.lines[place.line]
    start, end = line.span_of(place)
    first, after = reading.sentence_at(place.line, start)
    sentence = line.paragraph.text[first : max(after, end)]
    return Occurrence(
        passage=line.paragraph.passage,
        document=document.document,
        start=start,
        end=end,
        sentence_start=first,
        sentence_end=max(after, end),
        sentence=sentence,
        score=score(sentence, kind=line.paragraph.kind, in_doubt=False),
    )
