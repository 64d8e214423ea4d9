"""A database that has been lived in: what people and programs leave in every table."""

import hashlib

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from axes.models import AccessAttempt, AccessAttemptExpiration, AccessFailureLog, AccessLog
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils import timezone

from termbase import editing, jobs, merging
from termbase.exchange import importer
from termbase.harvest import occurrences
from termbase.history import undoing
from termbase.models import Activity, ApiToken, Candidate, Concept, Document, Memo, Passage, SubjectField, Term
from tests.conftest import SMALL
from tests.models.test_constraints import good_rows

PASSWORD = "a password for tests"
SECRET = "tb_of-a-test-and-no-secret"


def fill():
    """Rows in every table: first as the program writes them, then those that nobody has happened to write."""
    _termbase()
    _people()
    _work()
    _others()
    with transaction.atomic():
        for model, values in good_rows().items():
            model.objects.bulk_create([model(**values)])
    Candidate.objects.first().known_terms.add(Term.objects.first())
    Memo.objects.first().mentioned.add(User.objects.first())


def _termbase():
    SubjectField.objects.create(key="bodies", name_en="Bodies", name_zh="机构")
    importer.apply(SMALL)
    document = Document.objects.create(key="a-conf-234-7", symbol="A/CONF.234/7", sha256="0" * 64)
    text = "毒罪办支持若干网络，并与会员国合作。"
    Passage.objects.create(document=document, position=0, number="13", kind="paragraph", text=text)
    occurrences.refresh()


def _people():
    for role in ("reader", "contributor", "terminologist", "reviewer", "administrator"):
        password = make_password(PASSWORD, salt="upgrades")
        person = User.objects.create(username=f"{role}-of-old", is_staff=role != "reader", password=password)
        person.groups.add(Group.objects.get(name=role))
    person.user_permissions.add(Permission.objects.first())
    token, _ = ApiToken.issue(name="of old", user=person, scopes=["read", "edit"])
    ApiToken.objects.filter(pk=token.pk).update(digest=hashlib.sha256(SECRET.encode()).hexdigest(), shown=SECRET[:9])


def _work():
    """Written, approved, changed, withdrawn, merged and undone."""
    writer, reviewer = (User.objects.get(username=f"{role}-of-old") for role in ("terminologist", "reviewer"))
    term = {"language": "en", "text": "money laundering", "administrative_status": "preferred", "source": "A/1"}
    made = editing.create_concept(values={"key": "c0100", "terms": [term]}, by=writer)
    editing.review_term(term=made.terms.get(), versions=[made.version], by=reviewer)
    again = {"language": "en", "text": "laundering of money", "administrative_status": "admitted", "source": "A/2"}
    editing.create_concept(values={"key": "c0101", "terms": [again]}, by=writer)
    merging.merge(source="c0101", target="c0100", by=reviewer, reason="the same")
    gone = editing.create_concept(values={"key": "c0102", "note": "a\ttab, a \\ and a line\nbreak"}, by=writer)
    editing.withdraw_concept(key="c0102", versions=[gone.version], by=writer)
    gone.refresh_from_db()
    drug = Concept.objects.get(key="c0002")
    editing.change_concept(key="c0002", versions=[drug.version], values={"note": "by mistake \U00020bb7"}, by=writer)
    undoing.undo(activity=Activity.objects.latest("pk"), by=reviewer)
    jobs.request_refresh()


def _others():
    """What the packages keep that the termbase stands on."""
    person, now = User.objects.get(username="administrator-of-old"), timezone.now()
    LogEntry.objects.create(
        user=person, content_type=ContentType.objects.get_for_model(Term), object_id="1", object_repr="毒品",
        action_flag=CHANGE, change_message="[]",
    )  # fmt: skip
    called = {"username": "reader-of-old", "ip_address": "192.0.2.1", "http_accept": "*/*", "path_info": "/sign-in"}
    attempt = AccessAttempt.objects.create(**called, user_agent="x", failures_since_start=3)
    AccessAttemptExpiration.objects.create(access_attempt=attempt, expires_at=now)
    AccessFailureLog.objects.create(**called, user_agent="x")
    AccessLog.objects.create(**called, user_agent="x")
    address = EmailAddress.objects.create(user=person, email="a@example.org", verified=True, primary=True)
    EmailConfirmation.objects.create(email_address=address, key="k")
    account = SocialAccount.objects.create(user=person, provider="institution", uid="1234")
    app = SocialApp.objects.create(provider="institution", name="Institution", client_id="x")
    SocialToken.objects.create(account=account, app=app, token="t")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        cursor.execute(
            "INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp, job_id, periodic_id)"
            " SELECT 'termbase.jobs.tidy_up', 0, min(id), '' FROM procrastinate_jobs"
        )


def hold_still(moment):
    """Give every row the same values each time: moments, identifiers by chance, numbers of transactions."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns AS c"
            " JOIN pg_tables AS t ON t.tablename = c.table_name AND t.schemaname = c.table_schema"
            " WHERE c.table_schema = 'public' AND c.is_generated = 'NEVER' AND c.table_name <> 'django_migrations'"
            " AND c.data_type IN ('timestamp with time zone', 'date', 'uuid')"
        )
        values = {"uuid": "md5(ctid::text)::uuid", "date": f"'{moment}'::date"}
        for table, column, kind in cursor.fetchall():
            value = values.get(kind, f"'{moment}'")
            cursor.execute(f"UPDATE {table} SET {column} = {value} WHERE {column} IS NOT NULL")
        cursor.execute("DELETE FROM termbase_contextchange WHERE transaction > 1")
        cursor.execute("UPDATE auth_user SET password = '!' || id WHERE password LIKE '!%%'", [])
        moments = r"\d{4}-\d\d-\d\dT[0-9:.]+\+00:00"
        cursor.execute(
            "UPDATE termbase_revision SET changes = regexp_replace(changes::text, %s, %s, 'g')::jsonb",
            [moments, moment.replace(" ", "T")],
        )
