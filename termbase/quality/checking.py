"""The check of a batch, from its segments to its findings."""

from collections.abc import Iterator
from dataclasses import replace

from termbase.models import Waiver
from termbase.quality.equivalents import lacking, missing
from termbase.quality.findings import Batch, Finding
from termbase.quality.pairs import Pair, is_in_title, recognised
from termbase.quality.renderings import inconsistent
from termbase.quality.steadiness import steadiness_of
from termbase.recognition.current import keeper
from termbase.vocabulary import FindingKind, FindingLevel


def check(batch: Batch) -> list[Finding]:
    """The findings of a batch by segment, at every level; waived ones carry their waiver. Five queries at most."""
    current = keeper.current()
    pairs = recognised(batch, current)
    findings, doubts = lacking(pairs, batch)
    steadiness = steadiness_of([item for _, item in doubts], batch, current)
    findings += missing(doubts, pairs, batch, steadiness)
    findings += [item for pair in pairs for item in _deprecated(pair, batch)]
    findings += inconsistent(pairs, batch)
    order = {id(segment): at for at, segment in enumerate(batch.segments)}
    findings.sort(key=lambda item: (order[id(item.segment)], item.source.start if item.source else 0, item.kind))
    return _with_waivers(findings, batch.project)


def _deprecated(pair: Pair, batch: Batch) -> Iterator[Finding]:
    """Forms in the target that are not to be used, unless another reading of the same form is approved."""
    asked = {item.concept.key: item for readings in pair.asked for item in readings}
    for readings in pair.chosen:
        wanted = [item for item in readings if item.concept.key in asked] or readings
        if is_in_title(pair.segment.target, wanted[0]):
            continue
        if all(item.term.is_deprecated for item in wanted):
            concept, kind, level = wanted[0].concept, FindingKind.DEPRECATED_TERM, FindingLevel.CERTAIN
            yield batch.finding(kind, level, pair.segment, concept, asked.get(concept.key), wanted[0])


def _with_waivers(findings: list[Finding], project: str) -> list[Finding]:
    if not project or not findings:
        return findings
    waivers = Waiver.objects.filter(project=project, finding__in={finding.id for finding in findings})
    by_finding = {waiver.finding: waiver for waiver in waivers.select_related("waived_by")}
    return [replace(finding, waiver=by_finding.get(finding.id)) for finding in findings]
