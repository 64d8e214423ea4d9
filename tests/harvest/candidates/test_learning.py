"""Weights: learned, kept, read."""

import io

import pytest
from django.core.management import CommandError, call_command

from termbase.errors import UnreadableFile
from termbase.harvest.candidates import relearning
from termbase.harvest.candidates.finding import rank
from termbase.harvest.candidates.learning import Material, learn
from termbase.harvest.candidates.proposing import current_weights, own_weights
from termbase.harvest.candidates.reading import read
from termbase.harvest.candidates.weights import SHIPPED, Weights, read_weights, write_weights
from termbase.models import Candidate, Concept, Document, Passage, Term

KINDS = ["网络", "海上", "环境", "金融", "青少年", "跨国", "经济", "暴力", "严重", "新兴"]
SENTENCES = [f"各国应加强打击{kind}犯罪，并开展{kind}合作。" for kind in KINDS]
TERMS = {f"{kind}犯罪" for kind in KINDS}


def material(source, shared, judge):
    return Material(read(source(*SENTENCES * 3).paragraphs), shared(), judge)


def test_what_was_recorded_is_learned(source, shared):
    taught = material(source, shared, lambda key: 1.0 if key in TERMS else 0.0)
    ranked = rank(taught.reading, shared(), learn([taught]))
    assert {key for key, _ in ranked[: len(TERMS)]} == TERMS


def test_the_same_material_gives_the_same_weights(source, shared):
    taught = material(source, shared, lambda key: 1.0 if key in TERMS else 0.0)
    assert learn([taught]).values == learn([taught]).values


def test_a_rejection_counts_against(source, shared):
    def judge(key):
        return 1.0 if key in TERMS else (-2.0 if key.endswith("合作") else 0.0)

    weights = learn([material(source, shared, judge)])
    assert weights.values["last word: 合作"] < 0 < weights.values["last word: 犯罪"]


def test_what_nobody_has_judged_teaches_nothing(source, shared):
    assert learn([material(source, shared, lambda key: None)]).values == {}


def test_written_and_read_again(tmp_path):
    path = tmp_path / "weights.toml"
    write_weights(path, Weights({'left word: "\\': -1.234, "any": 0.5, "nothing": 0.001}), "Made by a test.\nTwice.")
    assert path.read_text().startswith('# Made by a test.\n# Twice.\n\n[weights]\n"left word')
    assert read_weights(path).values == {'left word: "\\': -1.23, "any": 0.5}


@pytest.mark.parametrize(
    "content",
    [None, "", "weights = 1", "[weights]\na = 'b'", "[weights", "\ufffe"],
    ids=["absent", "empty", "no table", "no number", "no TOML", "no text"],
)
def test_a_bad_file_is_told(tmp_path, content):
    path = tmp_path / "weights.toml"
    if content is not None:
        path.write_text(content, encoding="utf-16" if content == "\ufffe" else "utf-8")
    with pytest.raises(UnreadableFile, match=r"weights\.toml"):
        read_weights(path)


def test_a_score_is_a_probability_however_strong_the_signals():
    weights = Weights({"for": 1e6, "against": -1e6})
    assert weights.score({}) == 0.5
    assert 0 < weights.score({"against": 1.0}) < 1e-9
    assert weights.score({"for": 1.0, "unknown": 5.0}) == pytest.approx(1)


@pytest.fixture
def reviewed(db, settings, tmp_path):
    """Two documents whose terms are approved, with a candidate that was rejected."""
    settings.TERMBASE_DATA = tmp_path
    for number, texts in enumerate((SENTENCES[:6], SENTENCES[4:])):
        document = Document.objects.create(key=f"d{number}", sha256=str(number) * 64)
        Passage.objects.bulk_create(
            Passage(document=document, position=at, kind="paragraph", text=text) for at, text in enumerate(texts)
        )
    for term in sorted(TERMS):
        concept = Concept.objects.create()
        Term.objects.create(concept=concept, language="zh-Hans", text=term, review_status="approved", source="A/1")
    Candidate.objects.create(text="金融合作", status="rejected")
    Candidate.objects.create(text="海上合作", status="waiting")


def test_the_command_learns_from_decisions(reviewed, monkeypatch):
    monkeypatch.setattr(relearning, "LEAST_REVIEWED", 5)
    assert current_weights() == read_weights(SHIPPED)
    output = io.StringIO()
    call_command("learn_weights", stdout=output, output=own_weights())
    assert "Learned from 11 reviewed terms in 2 documents" in output.getvalue()
    own = read_weights(own_weights())
    assert current_weights() == own
    assert own.values["last word: 犯罪"] > 0


def test_too_few_reviewed_terms_teach_nothing(reviewed):
    with pytest.raises(CommandError, match="11 reviewed terms stand in the documents"):
        call_command("learn_weights", output=own_weights())
    assert not own_weights().exists()


def test_the_shipped_weights_are_small_and_readable():
    weights = read_weights(SHIPPED).values
    assert 500 < len(weights) <= 2_500
    assert all(":" in name or name.isascii() for name in weights)
    assert SHIPPED.read_text(encoding="utf-8").startswith("# Weights of the signals of a candidate")
