"""The figures of the service for Prometheus, to who may read them."""

import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import psutil
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import Error
from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob, ProcrastinateWorker
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from termbase.addresses import address_of

_FILES = "PROMETHEUS_MULTIPROC_DIR"
_PROCESS = re.compile(r"_(\d+)\.db$")
_WAITING, _RUNNING, _FAILED = (Q(status=status) for status in ("todo", "doing", "failed"))


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures in Prometheus' text format; refused unless `_may_read`."""
    if not _may_read(request):
        raise PermissionDenied
    registry = CollectorRegistry()
    processes = {os.getpid()}
    if folder := os.environ.get(_FILES):
        processes |= _living(Path(folder))
        MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    registry.register(_Memory(processes))
    registry.register(_Jobs())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    """With TERMBASE_METRICS_TOKEN, who has it; else programs of this machine that no proxy stands before."""
    if settings.TERMBASE_METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(given.encode(), settings.TERMBASE_METRICS_TOKEN.encode())
    # A proxy of this machine calls from here for everyone; whoever it names, it is not we who have asked.
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return address_of(request) in ("127.0.0.1", "::/64") and not forwarded


def _living(folder: Path) -> set[int]:
    """The processes with figures that are alive; of the others what was true of them alone is removed."""
    living = set()
    for path in folder.glob("*.db"):
        match = _PROCESS.search(path.name)
        if match and psutil.pid_exists(int(match[1])):
            living.add(int(match[1]))
        elif path.name.startswith("gauge_live"):
            path.unlink(missing_ok=True)
    return living


class _Memory(Collector):
    """What each process of the web server holds."""

    def __init__(self, processes: set[int]) -> None:
        self._processes = processes

    def collect(self) -> Iterator[Metric]:
        memory = GaugeMetricFamily("termbase_process_resident_memory_bytes", "Memory of a process.", labels=["pid"])
        for number in sorted(self._processes):
            try:
                memory.add_metric([str(number)], psutil.Process(number).memory_info().rss)
            except psutil.Error:
                continue  # It has ended meanwhile.
        yield memory


class _Jobs(Collector):
    """The queue of background jobs, and whether the database answers, which the queue is in."""

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("termbase_database_up", "Whether the database answers.", value=1)
        try:
            yield from _job_figures()
        except (Error, RuntimeError):
            up = GaugeMetricFamily("termbase_database_up", up.documentation, value=0)
        yield up


def _job_figures() -> Iterator[Metric]:
    counts = ProcrastinateJob.objects.aggregate(
        waiting=Count("id", filter=_WAITING), running=Count("id", filter=_RUNNING), failed=Count("id", filter=_FAILED)
    )
    jobs = GaugeMetricFamily("termbase_jobs", "Background jobs.", labels=["status"])
    for status, count in counts.items():
        jobs.add_metric([status], count)
    yield jobs
    events = ProcrastinateEvent.objects.filter(job__status="todo", type="deferred")
    oldest = events.aggregate(seconds=Now() - Min("at"))["seconds"]
    yield GaugeMetricFamily(
        "termbase_job_oldest_seconds", "How long the oldest waiting job waits.", oldest.total_seconds() if oldest else 0
    )
    seen = ProcrastinateWorker.objects.aggregate(at=Max("last_heartbeat"))["at"]
    yield GaugeMetricFamily(
        "termbase_worker_seen_timestamp_seconds", "When a job worker was last seen.", seen.timestamp() if seen else 0
    )
