import time, json, pytest, cProfile, pstats
from django.test import Client
pytestmark = pytest.mark.django_db
def test_text(small_termbase):
    c=Client()
    for n in (12_500, 25_000, 50_000):
        t=time.time(); c.post("/text", {"source":"毒品"*n,"target":"毒品"*n}); print(n, time.time()-t)
    pr=cProfile.Profile(); pr.enable()
    c.post("/text", {"source":"毒品"*25000,"target":"毒品"*25000})
    pr.disable(); pstats.Stats(pr).sort_stats("cumtime").print_stats(25)
def test_xliff(small_termbase):
    from django.core.files.uploadedfile import SimpleUploadedFile as F
    c=Client()
    for n in (100_000, 400_000):
      x='<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="zh" trgLang="en"><file id="f"><unit id="u"><segment><source>'+"毒品"*n+'</source></segment></unit></file></xliff>'
      t=time.time(); r=c.post("/text", {"export":"xliff","file":F("a.xlf", x.encode())}); print(n, r.status_code, time.time()-t, len(r.content))
