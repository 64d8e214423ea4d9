"""What a step of the review takes the server: `python -m tests.benchmarks.review [STEPS]`.

On the shipped termbase with the candidates of its own documents, in a throw-away database. Prints a Markdown table:
milliseconds from request to answer, which shows the next item, by decision.
"""

import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STEPS = ("accept", "reject", "merge", "skip", "undo")
DATA = {"reject": {"given": "too general"}, "merge": {"into": "c0001"}}
SEARCHES = ("大会", "terrorism", "刑事司法", "c0036")


def main(steps: int) -> None:
    """Decide on so many candidates."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TERMBASE_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.contrib.auth.models import User
        from django.core.management import call_command
        from django.test import Client

        from config.database import embedded
        from termbase.harvest.candidates.proposing import propose
        from termbase.models import Document, Term

        try:
            call_command("migrate", verbosity=0)
            call_command("load_termbase", str(ROOT / "fixtures"), verbosity=0)
            # So that the harvest finds them anew.
            Term.objects.filter(pk__in=Term.objects.order_by("?").values("pk")[:1_500]).delete()
            propose(Document.objects.all())
            client = Client(headers={"HX-Request": "true", "host": "localhost"})
            client.force_login(User.objects.create_superuser("li"))
            measure(client, steps)
        finally:
            embedded.leave(Path(folder).resolve() / "postgres")


def measure(client, steps: int) -> None:
    """Print the table."""
    times: dict[str, list[float]] = {}

    def timed(name: str, ask, *args) -> str:
        start = time.perf_counter()
        response = ask(*args)
        times.setdefault(name, []).append(1000 * (time.perf_counter() - start))
        assert response.status_code == 200, response.content
        return response.content.decode()

    page = timed("first page", client.get, "/admin/review/candidates/")
    for number in range(steps):
        step = STEPS[number % len(STEPS)]
        item = re.search('data-item="([0-9]+)"', page)[1]
        path = "undo" if step == "undo" else f"{item}/{step}"
        page = timed(step, client.post, f"/admin/review/candidates/{path}/", DATA.get(step, {}))
        if step == "merge":
            timed("search", client.get, f"/admin/review/candidates/found/?q={SEARCHES[number % len(SEARCHES)]}")
    print("| step | least ms | median ms | 95 % ms | worst ms |\n|---|---|---|---|---|")
    for step, taken in times.items():
        figures = min(taken), statistics.median(taken), sorted(taken)[int(0.95 * len(taken))], max(taken)
        print(f"| {step} | {' | '.join(f'{figure:.0f}' for figure in figures)} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
