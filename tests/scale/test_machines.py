"""Machines, as far as one can be many: network namespaces that share nothing but the database."""

import os
import shutil
import subprocess
from contextlib import ExitStack

import pytest

from tests.scale.servers import Server, Web, Worker, environment, python, until

MACHINES = 4
DOCUMENTS = 8
IP = shutil.which("ip") or shutil.which("/usr/sbin/ip") or ""

UPLOAD = f"""
from django.contrib.auth.models import User
from termbase import jobs
from termbase.harvest import uploads
from termbase.harvest.documents import DocumentInfo
from termbase.harvest.files import File
text = "毒罪办支持若干网络，并与会员国合作打击外国恐怖主义作战人员。第{{}}次会议讨论了司法协助。\\n\\n"
for number in range({DOCUMENTS}):
    file = File(f"a{{number}}.txt", "".join(text.format(number * 1000 + line) for line in range(20)).encode())
    info = DocumentInfo(file=file.name, symbol=f"A/{{number}}", language="zh-Hans")
    for upload in uploads.accept([file], [info], by=User.objects.get()):
        jobs.request_harvest(upload.pk)
"""


def ip(*arguments, check=True):
    return subprocess.run([IP, *arguments], check=check, capture_output=True, text=True).returncode == 0


@pytest.fixture(scope="module")
def machines(cluster):
    """Commands that start a process on each machine, with its address; the database is at the first address."""
    if not IP:
        pytest.skip("needs the program ip (iproute2)")
    # The names of interfaces have 15 characters at the most; the network is one that nobody uses (RFC 2544).
    own = f"tb{os.getpid()}"
    network = f"198.{18 + os.getpid() % 2}.{os.getpid() // 2 % 256}"
    if not ip("link", "add", f"{own}b", "type", "bridge", check=False):
        pytest.skip("making networks is not permitted")
    with ExitStack() as undo:
        undo.callback(ip, "link", "del", f"{own}b", check=False)
        ip("addr", "add", f"{network}.1/24", "dev", f"{own}b")
        ip("link", "set", f"{own}b", "up")
        found = []
        for number in range(MACHINES):
            name, address = f"{own}n{number}", f"{network}.{number + 2}"
            if not ip("netns", "add", name, check=False):
                pytest.skip("making namespaces is not permitted")
            undo.callback(ip, "netns", "del", name, check=False)
            ip("link", "add", f"{own}v{number}", "type", "veth", "peer", "name", "net", "netns", name)
            ip("link", "set", f"{own}v{number}", "master", f"{own}b", "up")
            ip("-n", name, "addr", "add", f"{address}/24", "dev", "net")
            ip("-n", name, "link", "set", "net", "up")
            ip("-n", name, "link", "set", "lo", "up")
            found.append(([IP, "netns", "exec", name], address))
        server = Server(cluster.folder / "central", host=f"{network}.1").copy_of(cluster.primary)
        undo.callback(server.stop)
        server.promote()
        yield server, found


def test_they_share_a_harvest_and_see_each_others_writes(cluster, machines, tmp_path):
    server, places = machines
    with ExitStack() as running:
        webs, workers = [], []
        for number, (inside, address) in enumerate(places):
            folder = tmp_path / str(number)
            folder.mkdir()
            there = environment(server.address(), folder)
            workers.append(Worker(there, folder, inside, name=f"machine{number}"))
            running.callback(workers[-1].stop)
            if number < 2:
                webs.append(Web(there, folder, host=address, inside=inside).start())
                running.callback(webs[-1].stop)
        until(lambda: server.ask("SELECT count(*) FROM procrastinate_workers") == MACHINES, seconds=120)
        python(environment(server.address(), tmp_path), UPLOAD)
        for web in webs:
            web.ready()
        _see_each_other(*webs, {"Authorization": f"Bearer {cluster.token}"})
        until(lambda: server.ask("SELECT count(*) FROM termbase_upload WHERE status = 'done'") == DOCUMENTS)
        assert server.ask("SELECT count(*) FROM termbase_document") == DOCUMENTS
        assert server.ask("SELECT count(*) FROM termbase_upload WHERE outcome <> 'new'") == 0
        assert server.ask("SELECT count(*) FROM procrastinate_jobs WHERE attempts > 1") == 0
        assert sum("harvest_upload" in worker.output.read_text() for worker in workers) > 1, "they shared the work"


def _see_each_other(first, second, cat):
    """What one machine has committed, the other's next answer has."""
    for writer, reader in ((first, second), (second, first)) * 3:
        terms = [{"language": "en", "text": f"written at {writer.host} {writer.port}", "source": "A/1"}]
        answer = writer.ask("POST", "/api/v1/concepts/", {"terms": terms}, **cat)
        assert answer.status == 201, answer.text
        key = answer.json["key"]
        assert reader.get(f"/api/v1/concepts/{key}/?proposed=true").status == 200
        found = reader.ask("POST", "/api/v1/recognise/", {"text": terms[0]["text"], "proposed": True}).json["matches"]
        assert key in {match["concept"] for match in found}
        tag = (
            reader.get(f"/api/v1/concepts/{key}/", **cat).headers.get("etag")
            or reader.get(f"/api/v1/concepts/{key}/?proposed=true", **cat).headers["etag"]
        )
        assert reader.ask("DELETE", f"/api/v1/concepts/{key}/", If_Match=tag, **cat).status in (200, 204)
        found = writer.ask("POST", "/api/v1/recognise/", {"text": terms[0]["text"], "proposed": True}).json["matches"]
        assert key not in {match["concept"] for match in found}
