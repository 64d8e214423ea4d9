"""Whether the service is alive, and whether it is ready for work."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while this process answers at all; asks nothing else."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and has every migration, else 503 with what is missing."""
    try:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except (DatabaseError, RuntimeError):
        return JsonResponse({"status": "unavailable", "database": "no answer"}, status=503)
    if waiting:
        return JsonResponse({"status": "unavailable", "migrations": f"{waiting} to be applied"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok", "migrations": "ok"})
