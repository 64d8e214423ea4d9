"""How long the server takes for each step of a review, one by one: `python tests/benchmarks/review.py [CANDIDATES]`.

On the shipped termbase with candidates of its own documents, in a throw-away database.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
os.environ["TERMBASE_DATA"] = tempfile.mkdtemp(prefix="termbase-review-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from termbase.harvest.candidates.proposing import propose  # noqa: E402
from termbase.models import Candidate, Document  # noqa: E402

STEPS = ("accept", "reject", "merge", "skip", "undo")
DATA = {"reject": {"given": "too general"}, "merge": {"into": "c0001"}}


def main():
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    call_command("migrate", verbosity=0)
    call_command("load_termbase", str(ROOT / "fixtures"), verbosity=0)
    propose(Document.objects.all())
    client = Client(headers={"HX-Request": "true"})
    client.force_login(User.objects.create_superuser("li"))
    page = client.get("/admin/review/candidates/", HTTP_HOST="localhost")
    times = {step: [] for step in STEPS}
    for number in range(how_many):
        step = STEPS[number % len(STEPS)]
        item = page.context["card"].item
        path = "undo" if step == "undo" else f"{item}/{step}"
        start = time.perf_counter()
        page = client.post(f"/admin/review/candidates/{path}/", DATA.get(step, {}), HTTP_HOST="localhost")
        times[step].append(1000 * (time.perf_counter() - start))
        assert page.status_code == 200, page.content
    print(f"{Candidate.objects.count():,} candidates, {how_many} steps\n")
    print("| step | median ms | 95 % ms | worst ms |\n|---|---|---|---|")
    for step, taken in times.items():
        print(
            f"| {step} | {statistics.median(taken):.0f} | {sorted(taken)[int(0.95 * len(taken))]:.0f}"
            f" | {max(taken):.0f} |"
        )


if __name__ == "__main__":
    main()
