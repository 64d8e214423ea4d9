"""What each part of the service costs: `python -m tests.benchmarks.scaling [SECONDS]`, SECONDS for each figure (3).

On the shipped termbase: web processes, a primary, up to two replicas and PgBouncer, each a process of its own on this
machine. Prints two Markdown tables: requests a second, which two cores limit, and the processor's time of a request in
each part, which they do not; then what terms and documents take on disk.
"""

import contextlib
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import django
import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from tests.scale.servers import OWNER, SEED, Server, Web, environment, python, stop, until  # noqa: E402
from tests.service import free_port  # noqa: E402

CALLERS = 4
LOAD = "\ncall_command('load_termbase', verbosity=0, stdout=open('/dev/null', 'w'))\n"
POOLER = shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")
KINDS = ("look-up, kept", "look-up, new", "recognise 1,000 characters", "a new concept")
# Web processes, replicas, whether PgBouncer stands before the primary.
TOPOLOGIES = [(1, 0, False), (2, 0, False), (1, 1, False), (2, 1, False), (2, 2, False), (2, 0, True)]
DISK = """
SELECT round(sum(pg_total_relation_size(name::regclass))
    / (SELECT count(*) FROM {of}))::bigint FROM unnest(array[{tables}]) AS name
"""


def main(seconds: float) -> None:
    """Build, call and print."""
    folder = Path(tempfile.mkdtemp(prefix="termbase-scaling-"))
    folder.chmod(0o755)
    servers = [Server(folder / name) for name in ("primary", "first", "second")]
    try:
        servers[0].create()
        script = SEED.replace('call_command("migrate", verbosity=0)', 'call_command("migrate", verbosity=0)' + LOAD)
        script = script.replace("SubjectField.objects.create", "(lambda **_: 0)").replace("importer.apply(SMALL)", "")
        token = python(environment(servers[0].address(), folder), script).split()[-1]
        for replica in servers[1:]:
            replica.copy_of(servers[0])
        figures = {topology: measured(folder, servers, token, topology, seconds) for topology in TOPOLOGIES}
        show(figures)
        for name, of, tables in (
            ("term", "termbase_term", ("term", "concept", "knownword", "revision")),
            ("passage of a document", "termbase_passage", ("passage", "termfrequency", "example")),
        ):
            sql = DISK.format(of=of, tables=", ".join(f"'termbase_{table}'" for table in tables))
            print(f"\nA {name} takes {servers[0].ask(sql):,} bytes on disk, with its indexes.")
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder)


def measured(folder, servers, token, topology, seconds):
    """Of each kind: requests a second, and the milliseconds of the processor that one takes in each part."""
    webs, replicas, pooled = topology
    with contextlib.ExitStack() as running:
        address, parts = servers[0].address(), {"primary": servers[0].processes}
        if pooled:
            address, pooler = started_pooler(folder, servers[0])
            running.callback(stop, pooler)
            parts["PgBouncer"] = lambda: [psutil.Process(pooler.pid)]
        urls = [server.address() for server in servers[1 : replicas + 1]]
        settings = environment(
            address, folder, urls, DATABASE_POOLED=str(pooled), LOG_LEVEL="WARNING", PREPARED_STATEMENTS=""
        )
        web = Web(settings, folder, processes=webs).start().ready()
        running.callback(web.stop)
        parts["web"] = lambda: psutil.Process(web.process.pid).children(recursive=True)
        parts["replicas"] = lambda: [one for server in servers[1 : replicas + 1] for one in server.processes()]
        found = {}
        for kind in KINDS:
            called(web, token, kind, 0.5)
            before = {name: times(part()) for name, part in parts.items()}
            count, took = called(web, token, kind, seconds)
            spent = {name: taken(before[name], times(part())) for name, part in parts.items()}
            found[kind] = count / took, {name: 1000 * value / count for name, value in spent.items()}
        return found


def times(processes):
    """The processor's seconds of each."""
    found = {}
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            found[process.pid] = sum(process.cpu_times()[:2])
    return found


def taken(before, after):
    return sum(value - before.get(pid, 0) for pid, value in after.items())


def called(web, token, kind, seconds):
    """Requests answered, and the seconds that took."""
    counts, begun = [], time.perf_counter()
    threads = [Thread(target=lambda: counts.append(call(web, token, kind, begun + seconds))) for _ in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts), time.perf_counter() - begun


def call(web, token, kind, until_then):
    count, connection = 0, HTTPConnection(web.host, web.port)
    while time.perf_counter() < until_then:
        method, path, body, headers = request(kind, token)
        data = None if body is None else json.dumps(body)
        connection.request(method, path, data, {"Content-Type": "application/json", **headers})
        response = connection.getresponse()
        response.read()
        assert response.status in (200, 201), response.status
        count += 1
    connection.close()
    return count


_numbers = itertools.count(random.randrange(10**9))
TEXT = "毒罪办支持外国恐怖主义作战人员司法协助预防犯罪大会" * 40


def request(kind, token):
    number = next(_numbers)
    if kind == "look-up, kept":
        return "GET", f"/api/v1/lookup/?q={quote('毒罪办')}", None, {}
    if kind == "look-up, new":
        at = number % 20
        # No two ask for quite the same, so that none is answered with what was kept.
        since = f"1999-01-01T00:00:{number // 1_000_000 % 60:02}.{number % 1_000_000:06}"
        query = quote(TEXT[at : at + 2 + number % 3])
        return "GET", f"/api/v1/lookup/?q={query}&changed_since={since}", None, {}
    if kind == "recognise 1,000 characters":
        return "POST", "/api/v1/recognise/", {"text": TEXT[:1000]}, {}
    terms = [{"language": "en", "text": f"measured {number}", "source": "A/1"}]
    return "POST", "/api/v1/concepts/", {"terms": terms}, {"Authorization": f"Bearer {token}"}


def started_pooler(folder, server):
    port, configuration = free_port(), folder / "pgbouncer.ini"
    configuration.write_text(
        f"[databases]\ntermbase = host={server.host} port={server.port} user=postgres\n[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\npool_mode = transaction\nauth_type = any\n"
    )
    process = subprocess.Popen([POOLER, configuration], user=OWNER, cwd="/", stderr=subprocess.DEVNULL)
    until(lambda: port in {one.laddr.port for one in psutil.Process(process.pid).net_connections() if one.laddr})
    return f"postgresql://postgres@127.0.0.1:{port}/termbase", process


def show(figures):
    """As Markdown."""
    names = [f"{webs} web, {replicas} replicas{', pooled' * pooled}" for webs, replicas, pooled in figures]
    print("Requests a second, from four callers.\n")
    print(f"| | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for kind in KINDS:
        print(f"| {kind} | {' | '.join(f'{found[kind][0]:,.0f}' for found in figures.values())} |")
    print("\nThe processor's milliseconds for a request: web + primary + replicas + PgBouncer.\n")
    print(f"| | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for kind in KINDS:
        cells = [
            " + ".join(f"{found[kind][1].get(part, 0):.2f}" for part in ("web", "primary", "replicas", "PgBouncer"))
            for found in figures.values()
        ]
        print(f"| {kind} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 3)
