import time, resource, pytest, re, traceback
from django.contrib.auth.models import User, Group
from django.core.files.uploadedfile import SimpleUploadedFile as F
from django.db import transaction
from django.test import Client
from termbase.exchange import imports
from termbase.harvest import uploads
from termbase.models import *
from tests.hostile import files
pytestmark = pytest.mark.django_db
def peak(reset=False):
    if reset: open("/proc/self/clear_refs","w").write("5")
    return int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1])//1024
def now():
    return int(re.search(r"VmRSS:\s+(\d+)", open("/proc/self/status").read())[1])//1024
def doors(client):
    def import_page(h):
        r=client.post("/admin/termbase/import/add/", {"file":F(h.name,h.content),"on_conflict":"skip"})
        if r.status_code==302:
            i=Import.objects.latest("pk"); 
            if i.asks: return "asks"
            imports.run_review(i.pk); i.refresh_from_db(); return i.state, i.problem, dict(i.counts)
        return r.status_code, re.findall(r'(?s)errorlist.*?</ul>|text-red.*?</', r.text)[:1]
    def api_form(h):
        r=client.post("/api/v1/imports/", {"file":F(h.name,h.content),"dry_run":"true"})
        if r.status_code==202:
            i=Import.objects.latest("pk"); imports.run_review(i.pk); i.refresh_from_db(); return i.state, i.problem, dict(i.counts)
        return r.status_code, r.json()["error"]
    def harvest(h):
        r=client.post("/admin/termbase/document/harvest/", {"documents":F(h.name,h.content)})
        if r.status_code==302:
            u=Upload.objects.latest("pk"); uploads.run(u.pk); u.refresh_from_db(); return u.status, u.problem
        return r.status_code, ""
    def text(h):
        r=client.post("/text", {"file":F(h.name,h.content)}); return r.status_code,
    def marked(h):
        r=client.post("/text", {"export":"xliff","file":F(h.name,h.content)}); return r.status_code,
    return dict(import_page=import_page, api_form=api_form, harvest=harvest, text=text, marked=marked)
@pytest.fixture
def client2(small_termbase):
    u=User.objects.create_superuser("root"); u.groups.add(*Group.objects.all()); c=Client(); c.force_login(u); return c
def run(client2, gen, names):
    d=doors(client2)
    for h in gen:
        for n in names:
            base=now(); peak(True); t=time.process_time()
            try:
                with transaction.atomic():
                    out=d[n](h); transaction.set_rollback(True)
            except Exception as e:
                out="EXC", repr(e)[:200], traceback.extract_tb(e.__traceback__)[-1]
            print(f"{n:12} {h.why[:36]:36} {time.process_time()-t:5.1f}s +{peak()-base:4}MB", str(out)[:150])
def test_tables(client2): run(client2, files.of_tables(), ["import_page","api_form"])
def test_documents(client2): run(client2, files.of_documents(), ["harvest","text"])
def test_papers(client2): run(client2, files.of_papers(), ["harvest"])
def test_segments(client2): run(client2, files.of_segments(), ["text","marked"])
