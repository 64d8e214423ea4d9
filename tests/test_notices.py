"""What concerns a person: assignments, mentions, their proposals; and the mail that tells of what is new."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.utils import timezone

from termbase import jobs, merging, notices
from termbase.errors import InvalidInput, NotAllowed
from termbase.models import Assignment, Candidate, Concept, Digest, Memo, Term
from termbase.models.teamwork import names_in

pytestmark = pytest.mark.django_db


def person(name, role):
    user = User.objects.create_user(name, email=f"{name}@example.org")
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def li(small_termbase):
    return person("li", "terminologist")


@pytest.fixture
def wang(small_termbase):
    return person("wang", "reviewer")


@pytest.fixture
def drug(small_termbase):
    return Concept.objects.get(key="c0002")


@pytest.fixture
def candidate(small_termbase):
    return Candidate.objects.create(text="会员国")


class TestAssigning:
    def test_entries_and_candidates(self, li, wang, drug, candidate):
        given = {"concepts": [drug.pk], "candidates": [candidate.pk]}
        assert notices.assign(**given, to="wang", by=li, note=" before Friday ") == 2
        told = notices.mine(wang)
        assert [str(one) for one in told.assigned] == ["c0002", "会员国"]
        assert {one.note for one in told.assigned} == {"before Friday"}
        assert len(notices.mine(li).given) == 2
        assert notices.assign(**given, to="wang", by=li) == 0, "asked already"

    def test_done_it_can_be_asked_again(self, li, wang, drug):
        notices.assign(concepts=[drug.pk], to="wang", by=li)
        Assignment.objects.get().finish(by=wang)
        assert notices.mine(wang).assigned == []
        assert notices.assign(concepts=[drug.pk], to="wang", by=li) == 1

    @pytest.mark.parametrize(
        ("name", "done"), [("li", True), ("wang", True), ("zhao", False)], ids=["who asked", "who was asked", "others"]
    )
    def test_who_may_say_that_it_is_done(self, li, wang, drug, name, done):
        person("zhao", "administrator")
        notices.assign(concepts=[drug.pk], to="wang", by=li)
        by = User.objects.get(username=name)
        if done:
            Assignment.objects.get().finish(by=by)
        else:
            with pytest.raises(NotAllowed):
                Assignment.objects.get().finish(by=by)
        assert (Assignment.objects.get().done_at is not None) == done

    def test_what_is_decided_or_withdrawn_is_asked_no_more(self, li, wang, drug, candidate):
        notices.assign(concepts=[drug.pk], candidates=[candidate.pk], to="wang", by=li)
        drug.withdraw()
        Candidate.objects.update(status="rejected")
        assert notices.mine(wang).assigned == []
        assert notices.assign(concepts=[drug.pk], candidates=[candidate.pk], to="li", by=li) == 0

    @pytest.mark.parametrize(
        ("to", "note"), [("nobody", ""), ("", ""), ("reader", ""), ("gone", ""), ("wang", "x" * 2001)]
    )
    def test_refused(self, li, wang, drug, to, note):
        person("reader", "reader")
        gone = person("gone", "reviewer")
        gone.is_active = False
        gone.save()
        with pytest.raises(InvalidInput):
            notices.assign(concepts=[drug.pk], to=to, by=li, note=note)
        assert not Assignment.objects.exists()

    @pytest.mark.parametrize("role", ["reader", "contributor", "terminologist", "reviewer", "administrator"])
    def test_roles(self, wang, drug, role):
        by = person("by", role)
        if role in ("reader", "contributor"):
            with pytest.raises(NotAllowed):
                notices.assign(concepts=[drug.pk], to="wang", by=by)
            with pytest.raises(NotAllowed):
                Memo.write(concept=drug, text="x", by=by)
        else:
            assert notices.assign(concepts=[drug.pk], to="wang", by=by) == 1
            Memo.write(concept=drug, text="x", by=by)

    def test_they_follow_a_merge(self, li, wang, drug):
        notices.assign(concepts=[drug.pk], to="wang", by=li)
        Memo.write(concept=drug, text="Is this c0004?", by=li)
        merging.merge(source="c0002", target="c0004", by=li)
        assert Assignment.objects.get().concept.key == Memo.objects.get().concept.key == "c0004"


class TestMemos:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("@wang, is this right?", {"wang"}),
            ("ask @wang.", {"wang", "wang."}),
            ("@wang@li", {"wang@li"}),
            ("a@b.org", set()),
            ("@", set()),
            ("@王 and @li.", {"王", "li", "li."}),
        ],
    )
    def test_names(self, text, names):
        assert names_in(text) == names

    def test_who_is_mentioned_is_told(self, li, wang, drug):
        person("reader", "reader")
        memo = Memo.write(concept=drug, text="@wang @reader @nobody: 麻醉品?", by=li)
        assert list(memo.mentioned.all()) == [wang], "only those who work on entries"
        assert notices.mine(wang).mentions == [memo]
        assert notices.mine(li).mentions == []

    @pytest.mark.parametrize("text", ["", "  ", "\0", "x" * 2001])
    def test_refused(self, li, drug, text):
        with pytest.raises(InvalidInput):
            Memo.write(concept=drug, text=text, by=li)


def test_ones_proposals_that_were_decided(li, wang):
    terms = Term.objects.filter(concept__key="c0005")
    terms.update(proposed_by=li, reviewed_at=None)
    terms.get(language="en").approve(by=wang)
    terms.get(language="zh-Hans").reject(by=wang, reason="too vague")
    assert {term.text for term in notices.mine(li).reviewed} == {"terrorist offence", "恐怖主义罪"}
    assert notices.mine(wang).reviewed == []


class TestDigest:
    @pytest.fixture
    def news(self, li, wang, drug):
        notices.assign(concepts=[drug.pk], to="wang", by=li, note="before Friday")
        Memo.write(concept=drug, text="@wang, 麻醉品?", by=li)

    def test_what_is_new(self, news, mailoutbox, settings):
        settings.TERMBASE_SITE = "https://terms.example.org/"
        assert notices.send_digests() == 1
        (mail,) = mailoutbox
        assert (mail.to, mail.subject) == (["wang@example.org"], "Termbase: 2 things for you")
        assert mail.body.strip().split("\n") == [
            "Assigned to you",
            "- c0002 毒品 · drug (li): before Friday",
            "",
            "You are mentioned",
            "- c0002 毒品 · drug, li: @wang, 麻醉品?",
            "",
            "Waiting in the queues",
            "- Proposed terms: 2",
            "",
            "https://terms.example.org/admin/review/mine/",
        ]

    def test_told_once(self, news, mailoutbox):
        notices.send_digests()
        assert notices.send_digests() == 0
        Digest.objects.update(sent_at=timezone.now() - timedelta(days=2))
        assert notices.send_digests() == 1

    def test_nothing_new_no_mail(self, li, wang, mailoutbox):
        assert notices.send_digests() == 0
        assert mailoutbox == []

    @pytest.mark.parametrize("values", [{"email": ""}, {"is_active": False}])
    def test_who_gets_none(self, news, mailoutbox, values):
        User.objects.filter(username="wang").update(**values)
        assert notices.send_digests() == 0
        assert mailoutbox == []

    def test_one_that_fails_stops_no_other_and_is_tried_again(self, news, drug, wang, mailoutbox, monkeypatch):
        Memo.write(concept=drug, text="@li", by=wang)
        send = notices.send_mail

        def fails_for_li(subject, text, sender, to):
            if to == ["li@example.org"]:
                raise SMTPServerDisconnected
            return send(subject, text, sender, to)

        monkeypatch.setattr(notices, "send_mail", fails_for_li)
        assert notices.send_digests() == 1
        monkeypatch.setattr(notices, "send_mail", send)
        assert notices.send_digests() == 1
        assert {mail.to[0] for mail in mailoutbox} == {"li@example.org", "wang@example.org"}

    @pytest.mark.parametrize(("wanted", "sent"), [(False, 0), (True, 1)])
    def test_each_morning_where_it_is_wanted(self, news, mailoutbox, settings, wanted, sent):
        settings.TERMBASE_DAILY_DIGEST = wanted
        jobs.send_digests(0)
        assert len(mailoutbox) == sent

    def test_by_command(self, news, mailoutbox, capsys):
        call_command("send_digest")
        assert capsys.readouterr().out == "1 sent\n"
        assert len(mailoutbox) == 1
