"""Work that is cut: how it begins, the lock that holds it up in the middle, and how one sees that it is done whole."""

import uuid

from tests.faults.scene import passing, told, wait_for


class Work:
    """One piece of work; `name` stands in what it writes."""

    restarted = False
    """Whether a person sends it again when it was not acknowledged; a job goes on by itself."""

    def __init__(self, scene, size=60):
        self.scene, self.size = scene, size
        self.name = f"fault{uuid.uuid4().hex[:8]}"

    def prepare(self):
        """What must be there before."""

    def lock(self):
        """The statement, with its values, that takes the lock."""
        raise NotImplementedError

    def begin(self):
        """Send it; returns when it is answered."""
        raise NotImplementedError

    def is_done(self):
        """Whether it has come to its end."""
        raise NotImplementedError

    def is_untouched(self):
        """Whether nothing of it is there."""
        raise NotImplementedError

    def check(self):
        """All of it is there, once."""
        raise NotImplementedError

    def make_concepts(self, count, **term):
        """Concepts with a proposed term, made as an import; the ids of concepts and terms."""
        keys = [f"{self.name}-{number}" for number in range(count)]
        rows = [f"{key},en,{key} term,editors" for key in keys]
        content = "\n".join(["concept,language,text,source", *rows]).encode()
        self.wait_for_import(self.send(content))
        return self.scene.rows(
            "SELECT c.id, t.id FROM termbase_concept AS c JOIN termbase_term AS t ON t.concept_id = c.id"
            " WHERE c.key LIKE %s ORDER BY c.id",
            f"{self.name}-%",
        )

    def send(self, content):
        person = self.scene.person("terminologist")
        path = f"/api/v1/imports/?name={self.name}.csv&on_conflict=overwrite"
        headers = {"Content-Type": "text/csv", "Idempotency-Key": uuid.uuid4().hex}
        return told(person.insist(lambda: person.post(path, content=content, headers=headers)))["id"]

    def wait_for_import(self, number):
        person = self.scene.person("terminologist")

        def applied():
            answer = person.http.get(f"/api/v1/imports/{number}/")
            if passing(answer):
                return False
            assert answer.json()["state"] in ("uploaded", "reviewed", "applying", "applied"), answer.text
            assert answer.json()["failure"] is None, answer.text
            return answer.json()["state"] == "applied"

        wait_for(applied, "the import")


class Importing(Work):
    """A file of new concepts whose last row changes one that is there."""

    title = "an import"

    def prepare(self):
        ((self.concept, _),) = self.make_concepts(1)

    def lock(self):
        return "SELECT FROM termbase_concept WHERE id = %s FOR NO KEY UPDATE", self.concept

    def begin(self):
        rows = [f"{self.name}-new-{number},en,{self.name}-new-{number} term" for number in range(self.size)]
        rows += [f"{self.name}-0,en,{self.name}-0 term", f"{self.name}-0,en,{self.name}-0 other term"]
        self.number = self.send_rows(rows)

    def is_done(self):
        state = "SELECT state FROM termbase_import WHERE id = %s"
        return self.scene.value(state, self.number) == "applied"

    def is_untouched(self):
        return not self._new()

    def send_rows(self, rows):
        return self.send("\n".join(["concept,language,text", *rows]).encode())

    def send_and_apply(self, rows):
        self.wait_for_import(self.send_rows(rows))

    def _new(self):
        return self.scene.value("SELECT count(*) FROM termbase_concept WHERE key LIKE %s", f"{self.name}-new-%")

    def check(self):
        assert self._new() == self.size
        terms = "SELECT count(*) FROM termbase_term WHERE concept_id = %s"
        assert self.scene.value(terms, self.concept) == 2
        steps = "SELECT count(*) FROM termbase_activity WHERE kind = 'import' AND reason = %s"
        assert self.scene.value(steps, f"{self.name}.csv") == 2, "one for what was prepared, one for this"
        outcome = self.scene.value("SELECT outcome FROM termbase_import WHERE id = %s", self.number)
        assert (outcome["new"], outcome["changed"]) == (self.size, 1)


class Harvesting(Work):
    """A document that has been stored when it is cut, and whose candidates have not."""

    title = "a harvest"

    def lock(self):
        return ("SELECT pg_advisory_xact_lock(hashtext('termbase.harvest.candidates'))",)

    def begin(self):
        person = self.scene.person("terminologist")
        sentences = [
            f"{number}. 毒罪办支持{self.name}反洗钱区域网络，并与会员国合作打击跨国有组织犯罪。" for number in range(30)
        ]
        files = {"documents": (f"{self.name}.txt", "\n".join(sentences).encode(), "text/plain")}
        path = "/admin/termbase/document/harvest/"
        answer = person.post(path, files=files, data={"key": self.name})
        assert answer.status_code == 302, answer.text

    def is_done(self):
        return self.scene.value("SELECT status FROM termbase_upload WHERE name = %s", f"{self.name}.txt") == "done"

    def is_untouched(self):
        """Each of its two steps is whole: the document is there with all its passages, and nothing else."""
        passages, candidates = self._written()
        return passages in (0, 30) and candidates == 0

    def _written(self):
        ((passages, candidates),) = self.scene.rows(
            "SELECT (SELECT count(*) FROM termbase_passage AS p WHERE p.document_id = d.id),"
            " (SELECT count(*) FROM termbase_candidatefrequency AS f WHERE f.document_id = d.id)"
            " FROM (VALUES (1)) AS one LEFT JOIN termbase_document AS d ON d.key = %s",
            self.name,
        )
        return passages, candidates

    def check(self):
        passages, candidates = self._written()
        assert passages == 30
        assert candidates > 0
        upload = "SELECT outcome, content IS NULL, problem FROM termbase_upload WHERE name = %s"
        assert self.scene.rows(upload, f"{self.name}.txt") == [("new", True, "")]
        counted = (
            "SELECT count(*) FROM termbase_termfrequency AS f JOIN termbase_document AS d ON d.id = f.document_id"
            " WHERE d.key = %s"
        )
        wait_for(lambda: self.scene.value(counted, self.name), "the known terms in it to be counted")


class Approving(Work):
    """Many proposed terms, approved as one step."""

    title = "a bulk approval"
    restarted = True

    def prepare(self):
        self.made = self.make_concepts(self.size)

    def lock(self):
        return "SELECT FROM termbase_concept WHERE id = %s FOR NO KEY UPDATE", self.made[-1][0]

    def begin(self):
        items = ",".join(str(term) for _, term in self.made)
        return self.scene.person("reviewer").post("/admin/review/proposed/bulk/", data={"do": "accept", "items": items})

    def _approved(self):
        approved = "SELECT count(*) FROM termbase_term WHERE id = ANY (%s) AND review_status = 'approved'"
        return self.scene.value(approved, [term for _, term in self.made])

    def is_done(self):
        return self._approved() == self.size

    def is_untouched(self):
        return self._approved() == 0

    def check(self):
        assert self._approved() == self.size
        steps = self.scene.rows(
            "SELECT count(*), count(DISTINCT activity_id) FROM termbase_revision WHERE model = 'term' AND"
            " \"row\" = ANY (%s) AND changes ? 'review_status'",
            [term for _, term in self.made],
        )
        assert steps == [(self.size, 1)], "each once, in one step"


class Merging(Work):
    """Two concepts made one, held up at the last of what moves."""

    title = "a merge"
    restarted = True

    def prepare(self):
        (self.target, _), (self.source, _) = self.make_concepts(2)
        person = self.scene.person("terminologist")
        path = f"/api/v1/concepts/{self.name}-1/"
        etag = person.insist(lambda: person.http.get(f"{path}?proposed=true")).headers["ETag"]
        terms = [{"language": "en", "text": f"{self.name} {number}"} for number in range(10)]
        definitions = [{"language": "en", "text": f"{self.name} is meant.", "source": "editors"}]
        changed = {"terms": terms, "definitions": definitions}
        told(person.insist(lambda: person.http.patch(path, json=changed, headers={"If-Match": etag})))

    def lock(self):
        return "SELECT FROM termbase_definition WHERE concept_id = %s FOR UPDATE", self.source

    def begin(self):
        versions = dict(
            self.scene.rows("SELECT key, version FROM termbase_concept WHERE key LIKE %s", f"{self.name}-%")
        )
        data = {"target": f"{self.name}-0", **{f"version-{key}": version for key, version in versions.items()}}
        return self.scene.person("terminologist").post(f"/admin/termbase/concept/{self.source}/merge/", data=data)

    def _terms(self):
        counts = "SELECT concept_id, count(*) FROM termbase_term WHERE concept_id = ANY (%s) GROUP BY concept_id"
        return dict(self.scene.rows(counts, [self.source, self.target]))

    def is_done(self):
        replaced = "SELECT replaced_by_id FROM termbase_concept WHERE id = %s"
        return self.scene.value(replaced, self.source) == self.target

    def is_untouched(self):
        return self._terms() == {self.source: 11, self.target: 1}

    def check(self):
        assert self._terms() == {self.target: 12}
        assert self.scene.value("SELECT count(*) FROM termbase_definition WHERE concept_id = %s", self.target) == 1
        steps = (
            "SELECT count(DISTINCT a.id) FROM termbase_revision JOIN termbase_activity AS a ON a.id = activity_id"
            " WHERE a.kind = 'merge' AND model = 'concept' AND \"row\" = %s"
        )
        assert self.scene.value(steps, self.source) == 1
