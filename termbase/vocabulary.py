"""The picklists of the termbase, named after the data categories of ISO 30042 (TBX)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from termbase.text import languages


class Language(models.TextChoices):
    """BCP 47 tags of the languages a term may be in."""

    ZH_HANS = languages.ZH_HANS, _("Chinese (Simplified)")
    ZH_HANT = languages.ZH_HANT, _("Chinese (Traditional)")
    EN = languages.EN, _("English")


class Role(models.TextChoices):
    """What a person may do; each may what the one before it may."""

    READER = "reader", _("reader")
    CONTRIBUTOR = "contributor", _("contributor")
    TERMINOLOGIST = "terminologist", _("terminologist")
    REVIEWER = "reviewer", _("reviewer")
    ADMINISTRATOR = "administrator", _("administrator")


class TermType(models.TextChoices):
    """`termType` of TBX-Basic."""

    FULL_FORM = "full_form", _("full form")
    ACRONYM = "acronym", _("acronym")
    ABBREVIATION = "abbreviation", _("abbreviation")
    SHORT_FORM = "short_form", _("short form")
    VARIANT = "variant", _("variant")
    PHRASE = "phrase", _("phrase")


class AdministrativeStatus(models.TextChoices):
    """`administrativeStatus` of TBX: what to use."""

    PREFERRED = "preferred", _("preferred")
    ADMITTED = "admitted", _("admitted")
    DEPRECATED = "deprecated", _("deprecated")
    SUPERSEDED = "superseded", _("superseded")


class ReviewStatus(models.TextChoices):
    """Whether a person has approved the term; never mixed with what to use."""

    PROPOSED = "proposed", _("proposed")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")


class Reliability(models.IntegerChoices):
    """How well a form is attested, best last (as `reliabilityCode` of ISO 12620 counts)."""

    UNSURE = 1, _("unsure")
    EDITORIAL = 2, _("editor's knowledge of UN usage")
    ATTESTED = 3, _("form attested in an official text")
    BILINGUAL = 4, _("shown by one bilingual official source")


class PartOfSpeech(models.TextChoices):
    """`partOfSpeech` of TBX-Basic."""

    NOUN = "noun", _("noun")
    VERB = "verb", _("verb")
    ADJECTIVE = "adjective", _("adjective")
    ADVERB = "adverb", _("adverb")
    OTHER = "other", _("other")


class RelationType(models.TextChoices):
    """How a concept is related to another; `broader` reads “this one's broader concept is …”."""

    BROADER = "broader", _("broader")
    RELATED = "related", _("related")
    SEE_ALSO = "see_also", _("see also")


class ChangeKind(models.TextChoices):
    """What happened to a concept, for those who keep a copy."""

    CREATED = "created", _("created")
    CHANGED = "changed", _("changed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    MERGED = "merged", _("merged")


class ActivityKind(models.TextChoices):
    """What somebody did, as one step of the history."""

    EDIT = "edit", _("edit")
    REVIEW = "review", _("review")
    IMPORT = "import", _("import")
    MERGE = "merge", _("merge")
    SPLIT = "split", _("split")
    WITHDRAW = "withdraw", _("withdrawal")
    RESTORE = "restore", _("restoration")
    UNDO = "undo", _("undoing")
    DIRECT = "direct", _("written in the database")


class RowChangeKind(models.TextChoices):
    """What an activity did to a row, seen from one concept."""

    ADDED = "added", _("added")
    CHANGED = "changed", _("changed")
    REMOVED = "removed", _("taken out")
    MOVED_IN = "moved_in", _("moved here")
    MOVED_OUT = "moved_out", _("moved away")


class FindingKind(models.TextChoices):
    """What the check of a translation found."""

    MISSING_EQUIVALENT = "missing_equivalent", _("missing equivalent")
    DEPRECATED_TERM = "deprecated_term", _("deprecated term")
    INCONSISTENT_RENDERING = "inconsistent_rendering", _("inconsistent rendering")
    UNTRANSLATED_TERM = "untranslated_term", _("untranslated term")


class DocumentKind(models.TextChoices):
    """What a document is to the harvest: a text to find terms in, or aligned sentences to prove them by."""

    TEXT = "text", _("text")
    CORPUS = "corpus", _("parallel corpus")


class Scope(models.TextChoices):
    """What an API token may be used for, within its user's role."""

    READ = "read", _("read")
    SUGGEST = "suggest", _("suggest")
    EDIT = "edit", _("edit")
    REVIEW = "review", _("review")


class FindingLevel(models.TextChoices):
    """How sure a finding is, surest first; what is only possible is shown on request."""

    CERTAIN = "certain", _("certain")
    LIKELY = "likely", _("likely")
    POSSIBLE = "possible", _("possible")


class Side(models.TextChoices):
    """A language of the pair, whichever script it is written in."""

    ZH = "zh", _("Chinese")
    EN = "en", _("English")


class EntryFindingKind(models.TextChoices):
    """What is found wrong with an entry when the whole termbase is looked through, the gravest first."""

    NO_EQUIVALENT = "no_equivalent", _("missing equivalent")
    TWO_PREFERRED = "two_preferred", _("two preferred forms")
    NO_REPLACEMENT = "no_replacement", _("deprecated without replacement")
    NO_PREFERRED = "no_preferred", _("no preferred form")
    NEAR_DUPLICATE = "near_duplicate", _("near duplicate")
    CONFLICT = "conflict", _("conflicting variant")
    NEWER_USAGE = "newer_usage", _("newer usage in documents")
    HOUSE_STYLE = "house_style", _("against house style")
    NO_SOURCE = "no_source", _("no source")
    NO_EXAMPLE = "no_example", _("no example")


class EntryFindingRule(models.TextChoices):
    """What of a kind a finding on an entry is; of house style, the rule that is broken."""

    NO_TERM = "no_term", _("no term at all")
    SAME = "same", _("the same in both languages")
    TURNED = "turned", _("the same English, and the same characters in another order")
    ONE_ERROR = "one_error", _("the same English, and one character more, less or another")
    SAME_WORDS = "same_words", _("the same Chinese, and the same English words")
    TERM = "term", _("of a term")
    DEFINITION = "definition", _("of a definition")
    SPELLING = "spelling", _("spelling")
    CAPITALS = "capitals", _("capital of a common noun")
    ARTICLE = "article", _("article before the headword")
    PLURAL = "plural", _("headword in the plural")
    PUNCTUATION = "punctuation", _("mark at the end")
    SPACES = "spaces", _("spaces")
    WIDTH = "width", _("full and half width mixed")
    BRACKETS = "brackets", _("bracket without its other half")


class PassageKind(models.TextChoices):
    """What a passage is in its document."""

    HEADING = "heading", _("heading")
    PARAGRAPH = "paragraph", _("paragraph")
    ITEM = "item", _("list item")
    FOOTNOTE = "footnote", _("footnote")


class UploadStatus(models.TextChoices):
    """How far the harvest of an uploaded file has come."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")


class HarvestOutcome(models.TextChoices):
    """What came of the harvest of a file."""

    NEW = "new", _("new document")
    REPLACED = "replaced", _("new version")
    KNOWN = "known", _("harvested already")


class HarvestStep(models.TextChoices):
    """What the harvest of a file is doing."""

    READING = "reading", _("reading the file")
    STORING = "storing", _("storing its passages")
    CANDIDATES = "candidates", _("finding candidates")
    TERMS = "terms", _("finding the known terms")


class Badge(models.TextChoices):
    """Why a candidate is one."""

    TITLE = "title", _("between title marks")
    QUOTED = "quoted", _("between quotation marks")
    HEADING = "heading", _("a heading or list item of its own")
    SHORT_FORM = "short_form", _("introduced as a short form")
    FULL_FORM = "full_form", _("introduced with its short form")
    SERIES = "series", _("one of a series")
    BODY = "body", _("name of a body")
    POST = "post", _("name of a post")
    KNOWN_HEAD = "known_head", _("a known term with a modifier")
    KNOWN_MODIFIER = "known_modifier", _("a known term with a new head")
    VARIANT = "variant", _("variant of a known term")
    FREQUENT = "frequent", _("often in the document")
    DEFINED = "defined", _("defined or named here")


class QueueStatus(models.TextChoices):
    """Where a candidate or a suggestion stands in its queue."""

    WAITING = "waiting", _("waiting")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")


class ImportState(models.TextChoices):
    """How far an import has come."""

    UPLOADED = "uploaded", _("uploaded")
    REVIEWED = "reviewed", _("compared, ready to apply")
    APPLYING = "applying", _("being applied")
    APPLIED = "applied", _("applied")
    UNDONE = "undone", _("undone")
    FAILED = "failed", _("failed")


class RowKind(models.TextChoices):
    """What an import would do with one entry of its file."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    SAME = "same", _("the same")
    CONFLICT = "conflict", _("in conflict")
    REFUSED = "refused", _("refused")
    REMARK = "remark", _("remark")


class ConflictReason(models.TextChoices):
    """Why an entry of a file and one of the termbase are in conflict."""

    APPROVED = "approved", _("an approved value would be overwritten")
    CHANGED_SINCE = "changed_since", _("changed in the termbase since the date of the file")
    OTHER_TERMS = "other_terms", _("the key is that of a concept with other terms")
    SEVERAL = "several", _("several concepts have this pair of terms")
    TWICE = "twice", _("an earlier entry of the file is the same concept")
    WITHDRAWN = "withdrawn", _("the concept has been withdrawn")


class RowAction(models.TextChoices):
    """What is done with an entry of a file whose concept is there already."""

    SKIP = "skip", _("skip")
    FILL = "fill", _("fill blanks")
    OVERWRITE = "overwrite", _("overwrite")
    PROPOSE = "propose", _("add as proposed")


class RowOutcome(models.TextChoices):
    """What came of an entry of a file."""

    WRITTEN = "written", _("written")
    SKIPPED = "skipped", _("skipped")
    STALE = "stale", _("changed since the preview, and left")
