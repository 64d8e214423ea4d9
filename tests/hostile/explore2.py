import time, json, pytest
from django.test import Client
pytestmark = pytest.mark.django_db
from tests.web.stamps import old_stamp
N=200_000
PIECES = ["a","毒","毒品"," ","(","1.","A/","《","-","'","\t","a ","毒 ","drug ","UNODC","毒罪办","9","9,","9 ","A/CONF.","/","é","\u0301","İ","ﷺ","“","n't ","aa-","第","第一","一","1/","%","A. ","。","”","\u200b","\ufb03","foreign terrorist ","恐怖主义","e.g. ", "(a) ", "&", "http://", "a.b", "ab'", "A"]
def timed(f):
    t=time.time()
    try: s=f()
    except Exception as e: s=repr(e)[:200]
    return time.time()-t, s
def test_long(small_termbase):
    c=Client(raise_request_exception=True)
    rows=[]
    for p in PIECES:
        text=(p*(N//len(p)+1))[:N]
        while len(text)>N: text=text[:-1]
        half=text[:N//2]
        rows.append((*timed(lambda: c.post("/api/v1/recognise/", json.dumps({"text":text}), "application/json").status_code), "recognise", p))
        rows.append((*timed(lambda: c.post("/api/v1/check/", json.dumps({"source":"zh","target":"en","segments":[{"id":1,"source":half,"target":half}]}), "application/json").status_code), "check", p))
        rows.append((*timed(lambda: c.post("/text", {"source":half,"target":half}).status_code), "text", p))
        q=text[:200]
        rows.append((*timed(lambda: c.get("/", {"q":q}).status_code), "lookup", p))
        rows.append((*timed(lambda: c.get("/concordance", {"q":q}).status_code), "concordance", p))
    rows.sort(key=lambda r:-r[0])
    for r in rows[:30]: print("%.1f"%r[0], *r[1:])
    for r in rows:
        if not (isinstance(r[1],int) and r[1]<500): print("BAD", r)
def test_lines(small_termbase):
    c=Client()
    for p in ["a\n","毒\n","毒品\n"]:
        text=(p*N)[:100_000]
        print(p.strip(), *timed(lambda: c.post("/text", {"source":text,"target":text}).status_code))
        print(p.strip(), *timed(lambda: c.post("/text", {"source":text}).status_code))
def test_xliff(small_termbase):
    from django.core.files.uploadedfile import SimpleUploadedFile as F
    c=Client()
    for n in (5_000, 10_000, 20_000):
      x='<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="zh" trgLang="en"><file id="f"><unit id="u"><segment><source>'+"毒品"*n+'</source></segment></unit></file></xliff>'
      print(n, *timed(lambda: c.post("/text", {"export":"xliff","file":F("a.xlf", x.encode())}).status_code))
