"""Many at once at the same thing: one wins, all others are told."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import lxml.html

from tests.conftest import ROOT
from tests.faults.scene import held, told, wait_for
from tests.faults.works import Importing

EDITORS, ROUNDS = 100, 3


def at_once(work):
    """What each of the editors gets who do something at the same time."""
    with ThreadPoolExecutor(EDITORS) as crowd:
        return list(crowd.map(work, range(EDITORS)))


def concept(scene, name):
    """A new concept's address in the API."""
    body = {"key": name, "terms": [{"language": "en", "text": f"fault {name}"}]}
    person = scene.person("terminologist")
    told(person.insist(lambda: person.post("/api/v1/concepts/", json=body)))
    return f"/api/v1/concepts/{name}/"


def version_of(scene, key):
    return scene.value("SELECT version FROM termbase_concept WHERE key = %s", key)


def test_a_hundred_programs_change_one_concept(scene, figure):
    """Of those that have read the same version one is let through; each success is a version, each version one."""
    path, person = concept(scene, "fault-crowd"), scene.person("terminologist")
    first, wins, begun = version_of(scene, "fault-crowd"), [], time.monotonic()
    for turn in range(ROUNDS):
        etag = person.http.get(f"{path}?proposed=true").headers["ETag"]

        def change(editor, turn=turn, etag=etag):
            body = {"note": f"{turn} {editor}"}
            answer = person.insist(lambda: person.http.patch(path, json=body, headers={"If-Match": etag}))
            assert answer.status_code in (200, 409, 412), answer.text
            return answer

        answers = at_once(change)
        wins += [answer.json()["version"] for answer in answers if answer.status_code == 200]
        last = [answer.json()["note"] for answer in answers if answer.status_code == 200]
        assert person.http.get(path).json()["note"] == last[-1]
    assert wins == list(range(first + 1, first + 1 + ROUNDS)), "one in each round"
    assert version_of(scene, "fault-crowd") == wins[-1]
    took = (time.monotonic() - begun) / ROUNDS
    scene.check()
    figure(f"{EDITORS} programs write over one version", "a concept", "at once", f"1 of {EDITORS}, in {took:.1f} s")


def test_a_hundred_people_save_one_form(scene, figure):
    concept(scene, "fault-form")
    person = scene.person("terminologist")
    first = version_of(scene, "fault-form")
    pk = scene.value("SELECT id FROM termbase_concept WHERE key = 'fault-form'")
    path = f"/admin/termbase/concept/{pk}/change/"
    page = lxml.html.fromstring(person.http.get(path).text, base_url=scene.address)
    form = next(form for form in page.forms if "note" in form.fields)
    shown = dict(form.form_values())
    begun = time.monotonic()

    def save(editor):
        return person.insist(lambda: person.post(path, data=shown | {"note": f"form {editor}", "_save": "Save"}))

    answers = at_once(save)
    took = time.monotonic() - begun
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [302] + [409] * (EDITORS - 1) or codes == [200] * (EDITORS - 1) + [302], codes
    assert version_of(scene, "fault-form") == first + 1
    scene.check()
    figure(f"{EDITORS} people save one form", "a concept", "at once", f"1 of {EDITORS}, in {took:.1f} s")


def test_two_imports_of_overlapping_files(scene, figure):
    """Two workers write the same concepts in opposite order: both come to their end, one after the other."""
    first, second = Importing(scene), Importing(scene)
    first.prepare()
    keys = [f"{first.name}-both-{number}" for number in range(40)]
    first.send_and_apply([f"{key},en,{key} term" for key in keys])

    def rows(work, common):
        own = [f"{work.name}-own-{number},en,{work.name}-own-{number} term" for number in range(20)]
        new = [f"{first.name}-new-{number},en,{first.name}-new-{number} term" for number in range(20)]
        both = [row for key in common for row in (f"{key},en,{key} term", f"{key},en,{key} {work.name} term")]
        return [*own[:10], *both, *new, *own[10:]]

    environment = {**os.environ, "TERMBASE_DATA": str(scene.service.data)}
    command = [sys.executable, "manage.py", "procrastinate", "worker"]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        middle = scene.value("SELECT id FROM termbase_concept WHERE key = %s", keys[20])
        begun = time.monotonic()
        with held(scene, "SELECT FROM termbase_concept WHERE id = %s FOR NO KEY UPDATE", middle) as lock:
            numbers = [first.send_rows(rows(first, keys)), second.send_rows(rows(second, keys[::-1]))]
            lock.wait()
            wait_for(lambda: applying(scene, numbers) == 2 and waiting(scene) >= 2, "both to be at it")
        for number in numbers:
            first.wait_for_import(number)
        took = time.monotonic() - begun
    finally:
        worker.terminate()
        worker.wait(60)
    terms = dict(
        scene.rows(
            "SELECT c.key, array_agg(t.text ORDER BY t.text) FROM termbase_concept AS c JOIN termbase_term AS t"
            " ON t.concept_id = c.id WHERE c.key LIKE %s GROUP BY c.key",
            f"{first.name}-both-%",
        )
    )
    assert terms.keys() == set(keys)
    for key, texts in terms.items():
        assert texts in both_orders(key, first.name, second.name), texts
    for name, count in ((f"{first.name}-new-%", 20), (f"{first.name}-own-%", 20), (f"{second.name}-own-%", 20)):
        assert scene.value("SELECT count(*) FROM termbase_concept WHERE key LIKE %s", name) == count
    scene.check()
    figure("two importers of overlapping files", "both imports", "at once", f"{took:.1f} s")


def both_orders(key, first, second):
    """A file says all terms of a concept: who came last has the last word, or, without one, both have had theirs."""
    added = [[f"{key} {name} term" for name in names] for names in ((first,), (second,), (first, second))]
    return [sorted([f"{key} term", *texts]) for texts in added]


def applying(scene, numbers):
    return scene.value("SELECT count(*) FROM termbase_import WHERE id = ANY (%s) AND state = 'applying'", numbers)


def waiting(scene):
    return scene.value("SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0")


def test_readers_do_not_wait_for_writers(scene):
    """A concept that somebody is writing is read as it was."""
    concept(scene, "fault-read")
    with held(scene, "UPDATE termbase_concept SET note = 'half done' WHERE key = 'fault-read'"):
        assert httpx.get(f"{scene.address}/api/v1/concepts/fault-read/", timeout=60).json()["note"] == ""
