"""procrastinate's own command; a worker looks at its settings before it takes jobs."""

from typing import Any

from django.core.management.base import SystemCheckError
from procrastinate.contrib.django.management.commands import procrastinate

from termbase import checks


class Command(procrastinate.Command):
    """`manage.py procrastinate worker|shell|…`."""

    def handle(self, *args: Any, **options: Any) -> None:
        if options.get("command") == "worker" and (found := checks.worker()):
            raise SystemCheckError("\n".join(map(str, found)))
        super().handle(*args, **options)
