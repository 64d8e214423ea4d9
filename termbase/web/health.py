"""Whether the service is alive, and whether it is ready for work."""

from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max
from django.db.models.functions import Now
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateWorker

from termbase.recognition.current import keeper


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while this process answers at all; asks nothing else."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and has every migration and this process has its matchers, else 503; with why.

    Tells also when a job worker was last seen, which nobody who reads has to wait for.
    """
    try:
        waiting = len(_migrations() - MigrationRecorder(connection).applied_migrations().keys())
        worker = _worker() if not waiting else ""
    except (DatabaseError, RuntimeError):
        return JsonResponse({"status": "unavailable", "database": "no answer"}, status=503)
    if waiting:
        return JsonResponse({"status": "unavailable", "migrations": f"{waiting} to be applied"}, status=503)
    answer = {"status": "ok", "database": "ok", "migrations": "ok", "matcher": "ok", "worker": worker}
    if not keeper.is_loaded:
        # Where the database was away when this process began, nothing else builds them until a reader waits for it.
        keeper.warm()
        return JsonResponse(answer | {"status": "unavailable", "matcher": "being built"}, status=503)
    return JsonResponse(answer)


@cache
def _migrations() -> set[tuple[str, str]]:
    """All that this program has; they do not change while it runs."""
    return set(MigrationLoader(None).graph.nodes)


def _worker() -> str:
    # By the clock of the database, which is also what the workers go by.
    silent = ProcrastinateWorker.objects.aggregate(silent=Now() - Max("last_heartbeat"))["silent"]
    return "never seen" if silent is None else f"seen {silent.total_seconds():.0f} s ago"
