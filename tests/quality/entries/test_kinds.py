"""Every kind of finding on entries: what is one, and what is none."""

import pytest

from termbase.exchange.entry import EntryDefinition, EntryRelation
from termbase.harvest import occurrences
from termbase.models import Concept, Document, Passage, Term, TermFrequency

pytestmark = pytest.mark.django_db

DRUG = (("zh", "毒品"), ("en", "drug"))


class TestCompleteness:
    def test_no_equivalent(self, enter, found):
        enter("both", *DRUG)
        enter("chinese", ("zh", "司法协助"), ("zh", "司法互助", "admitted"))
        enter("english", ("en", "asset recovery"))
        enter("scripts", ("zh", "毒罪办"), ("hant", "毒罪辦"))
        Concept.objects.create(key="empty")
        assert found("no_equivalent") == [
            ("chinese", "en", "司法协助"),
            ("empty", "no_term", "empty"),
            ("english", "zh", "asset recovery"),
            ("scripts", "en", "毒罪办"),
        ]

    def test_what_is_rejected_or_withdrawn_does_not_count(self, enter, found):
        enter("rejected", *DRUG)
        Term.objects.filter(text="drug").update(review_status="rejected")
        enter("withdrawn", ("en", "asset recovery"))
        Concept.objects.get(key="withdrawn").withdraw()
        assert found("no_equivalent") == [("rejected", "en", "毒品")]

    def test_two_preferred(self, enter, found):
        enter("same", ("zh", "毒罪办"), ("hant", "毒罪辦"), ("en", "UNODC"))
        enter("two", ("zh", "网络犯罪"), ("hant", "電腦犯罪"), ("en", "cybercrime"))
        assert found("two_preferred") == [("two", "zh", "网络犯罪", "電腦犯罪")]

    def test_no_replacement(self, enter, found):
        enter("replaced", *DRUG, ("zh", "麻醉品", "deprecated"))
        enter("lost", ("zh", "麻药", "superseded"), ("zh", "麻醉药", "admitted"), ("en", "narcotic"))
        assert found("no_replacement") == [("lost", "zh", "麻药")]

    def test_no_preferred(self, enter, found):
        enter("good", *DRUG)
        enter("lost", ("zh", "麻药", "deprecated"), ("en", "narcotic"))
        enter("none", ("zh", "引渡"), ("en", "extradition", "admitted"), ("en", "surrender", "admitted"))
        assert found("no_preferred") == [("none", "en", "extradition")], "the other is deprecated without replacement"

    def test_no_source(self, enter, found):
        enter("sourced", *DRUG, definitions=[EntryDefinition("en", "A substance.", "A/1")])
        enter("unsourced", ("zh", "引渡"), source="", review_status="proposed")
        enter("undefined", ("zh", "侦查"), definitions=[EntryDefinition("zh-Hans", "查明。")])
        assert found("no_source") == [
            ("undefined", "zh", "definition", "查明。"),
            ("unsourced", "zh", "term", "引渡"),
        ]

    def test_no_example(self, enter, found):
        enter("shown", *DRUG)
        enter("hidden", ("en", "extradition"), ("zh", "引渡"))
        document = Document.objects.create(key="d", symbol="A/2", sha256="0" * 64)
        Passage.objects.create(document=document, position=0, kind="paragraph", text="毒品问题。")
        occurrences.refresh()
        assert found("no_example") == [("hidden", "引渡")], "said in Chinese, whichever came first"


class TestNearDuplicates:
    @pytest.mark.parametrize(
        ("one", "other", "rule", "reason"),
        [
            ((("zh", "第三国"), ("en", "third State")), (("zh", "第三国"), ("en", "third state")), "same", "the same"),
            (
                (("zh", "洗錢"), ("en", "money-laundering")),
                (("zh", "洗钱"), ("en", "money laundering")),
                "same",
                "keys",
            ),
            (
                (("zh", "人体器官贩运"), ("en", "organ trade")),
                (("zh", "贩运人体器官"), ("en", "organ trade")),
                "turned",
                "",
            ),
            (
                (("zh", "刑事司法制度"), ("en", "justice")),
                (("zh", "刑事司法的制度"), ("en", "justice")),
                "one_error",
                "",
            ),
            (
                (("zh", "偷运移民"), ("en", "smuggling of migrants")),
                (("zh", "偷运移民"), ("en", "migrant smuggling")),
                "same_words",
                "the same words in another order",
            ),
            ((("zh", "处长"), ("en", "Chief")), (("zh", "科长"), ("en", "Chief")), "", "one of two characters differs"),
            ((("zh", "会议"), ("en", "meeting")), (("zh", "会议"), ("en", "conference")), "", "a homograph"),
            ((("zh", "管辖权"), ("en", "jurisdiction")), (("zh", "法域"), ("en", "jurisdiction")), "", "a homograph"),
        ],
    )
    def test_pairs(self, enter, found, one, other, rule, reason):
        enter("one", *one, subject="crime")
        enter("two", *other, subject="drugs")
        rows = found("near_duplicate")
        assert [(row[0], row[1], row[2]) for row in rows] == ([("two", "one", rule)] if rule else []), reason

    def test_acronyms_alone_make_no_pair(self, enter, found):
        enter("one", ("zh", "预防犯罪和刑事司法"), ("en", "CPCJ"))
        enter("two", ("zh", "预防犯罪和刑事司法科"), ("en", "CPCJS"))
        assert len(found("near_duplicate")) == 1
        Term.objects.filter(language="en").update(term_type="acronym")
        assert found("near_duplicate") == []

    def test_of_many_each_is_held_against_the_one_before(self, enter, found):
        for number in range(4):
            enter(f"k{number}", *DRUG)
        assert [row[:2] for row in found("near_duplicate")] == [("k1", "k0"), ("k2", "k1"), ("k3", "k2")]

    def test_what_is_told_apart_is_none(self, enter, found):
        enter("one", *DRUG, note="Homograph.")
        enter("two", *DRUG, note="Homograph.")
        assert found("near_duplicate") == []
        Concept.objects.filter(key="two").update(note="")
        assert len(found("near_duplicate")) == 1, "a note on one alone may say anything"


class TestConflicts:
    def test_the_same_form_in_one_subject(self, enter, found):
        enter("meeting", ("zh", "会议"), ("en", "meeting"))
        enter("conference", ("zh", "大会"), ("zh", "會議", "admitted"), ("en", "conference"))
        enter("elsewhere", ("zh", "会议"), ("en", "sitting"), subject="drugs")
        ((key, other, language, text, other_text),) = found("conflict")
        assert {key, other} == {"meeting", "conference"}
        assert (language, {text, other_text}) == ("zh", {"会议", "會議"})

    def test_in_both_languages(self, enter, found):
        enter("one", ("zh", "管辖权"), ("en", "jurisdiction"))
        enter("two", ("zh", "法域"), ("en", "Jurisdiction"))
        assert found("conflict") == [("two", "one", "en", "Jurisdiction", "jurisdiction")]

    def test_related_entries_are_told_apart(self, enter, found):
        enter("one", ("zh", "管辖权"), ("en", "jurisdiction"))
        enter("two", ("zh", "法域"), ("en", "jurisdiction"), relations=[EntryRelation("related", "one")])
        assert found("conflict") == []

    def test_a_near_duplicate_is_not_said_twice(self, enter, found):
        enter("one", *DRUG)
        enter("two", *DRUG)
        assert found("conflict") == []


class TestNewerUsage:
    @pytest.fixture
    def documents(self, db):
        for year in (2018, 2021, 2022, 2024):
            Document.objects.create(key=f"d{year}", symbol=f"A/{year}", date=f"{year}-03", sha256=f"{year:064}")

    @pytest.fixture
    def used(self, documents):
        def in_documents(text, **counts):
            for year, count in counts.items():
                document, term = Document.objects.get(key=f"d{year[1:]}"), Term.objects.get(text=text)
                TermFrequency.objects.create(term=term, document=document, count=count)

        return in_documents

    def test_another_form_in_the_newest_documents(self, enter, used, found):
        enter("c", ("zh", "儿童受害者"), ("zh", "儿童受害人", "admitted"), ("en", "child victim"))
        used("儿童受害者", y2018=5, y2021=9)
        used("儿童受害人", y2022=1, y2024=1)
        assert found("newer_usage") == [("c", "zh", "儿童受害者", "儿童受害人")]

    @pytest.mark.parametrize(
        ("other", "preferred", "counts", "reason"),
        [
            (("儿童受害人", "admitted"), {"y2022": 1}, {"y2024": 9}, "the preferred form is there too"),
            (("儿童受害人", "admitted"), {}, {"y2021": 9}, "too long ago"),
            (("儿童受害人", "admitted"), {}, {"y2024": 1}, "once is chance"),
            (("儿童受害人", "deprecated"), {}, {"y2024": 9}, "somebody has judged it"),
            (("犯罪的儿童受害者", "admitted"), {}, {"y2024": 9}, "holds the preferred form"),
            (("儿童", "admitted"), {}, {"y2024": 9}, "is held by the preferred form"),
            (("毒品", "admitted"), {}, {"y2024": 9}, "a homograph: nobody knows which it is"),
        ],
    )
    def test_none(self, enter, used, found, other, preferred, counts, reason):
        enter("c", ("zh", "儿童受害者"), ("zh", *other), ("en", "child victim"))
        used("儿童受害者", **preferred)
        used(other[0], **counts)
        enter("homograph", *DRUG)
        assert found("newer_usage") == [], reason

    def test_an_abbreviation_does_not_speak_against_the_full_form(self, enter, used, found):
        enter("c", ("zh", "联合国毒品和犯罪问题办事处"), ("zh", "毒罪办", "admitted"), ("en", "Office"))
        Term.objects.filter(text="毒罪办").update(term_type="abbreviation")
        used("毒罪办", y2024=9)
        assert found("newer_usage") == []

    @pytest.mark.parametrize(("term_type", "count"), [("phrase", 1), ("full_form", 0)])
    def test_a_phrase_speaks_against_a_phrase_alone(self, enter, used, found, term_type, count):
        enter("c", ("zh", "儿童保护"), ("zh", "保护儿童", "admitted"), ("en", "child protection"))
        Term.objects.filter(text="保护儿童").update(term_type="phrase")
        Term.objects.filter(text="儿童保护").update(term_type=term_type)
        used("保护儿童", y2024=9)
        assert len(found("newer_usage")) == count

    def test_documents_without_a_date(self, enter, documents, found):
        Document.objects.update(date="")
        enter("c", *DRUG)
        assert found("newer_usage") == []


class TestHouseStyle:
    def test_headwords_that_may_be_used(self, enter, found):
        enter("c", ("zh", "有组织犯罪。"), ("en", "organised crime"), ("en", "organised criminality", "deprecated"))
        assert found("house_style") == [
            ("c", "en", "spelling", "organised crime", "organized crime"),
            ("c", "zh", "punctuation", "有组织犯罪。", "有组织犯罪"),
        ]

    @pytest.mark.parametrize(
        ("changed", "reason"),
        [({"part_of_speech": "verb"}, "no noun"), ({"term_type": "abbreviation"}, "shortened")],
    )
    def test_what_may_be_in_the_plural(self, enter, found, changed, reason):
        self.test_against_the_other_headwords(enter, found)
        Term.objects.filter(text="violent offences").update(**changed)
        assert found("house_style") == [], reason

    def test_against_the_other_headwords(self, enter, found):
        for number, text in enumerate(("serious offence", "drug offence", "sexual offence")):
            enter(f"k{number}", ("zh", f"罪{number}"), ("en", text))
        enter("plural", ("zh", "暴力犯罪"), ("en", "violent offences"))
        assert found("house_style") == [("plural", "en", "plural", "violent offences", "violent offence")]
