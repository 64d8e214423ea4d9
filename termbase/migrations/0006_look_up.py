"""Columns, indexes and functions of look-up; existing rows get what a write would give them.

Functions that index expressions call are written with BEGIN ATOMIC or RETURN: their names are bound when they are made,
so that a dump can be restored under any search path.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
import termbase.models.matching
from django.apps import apps as live_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

from termbase.text.normalise import normalise
from termbase.text.stems import indexed_stems

FUNCTIONS = [
    # Letters without marks: dú zuì bàn -> du zui ban; ü -> u. Tone numbers go.
    """
CREATE FUNCTION termbase_plain_reading(reading text) RETURNS text IMMUTABLE STRICT
RETURN regexp_replace(
    lower(regexp_replace(normalize(reading, NFD), '[\u0300-\u036F]', '', 'g') COLLATE "C"),
    '([a-z])[1-5](?![0-9])', '\\1', 'g')
""",
    # 250: more than a query can have, less than an index entry may.
    """
CREATE FUNCTION termbase_pinyin(reading text) RETURNS text IMMUTABLE STRICT
RETURN left(regexp_replace(termbase_plain_reading(reading), '[^a-z0-9]', '', 'g'), 250)
""",
    """
CREATE FUNCTION termbase_initials(reading text) RETURNS text IMMUTABLE STRICT
RETURN left(regexp_replace(regexp_replace(termbase_plain_reading(reading),
    '([a-z0-9])[a-z0-9]*', '\\1', 'g'), '[^a-z0-9]', '', 'g'), 250)
""",
    # The order of hits (status, length of the key, key) cut into pieces, numbered in that order. Short keys of preferred
    # and admitted terms are the many, so each length up to 12 is cut by first character too.
    """
CREATE FUNCTION termbase_bucket(search_rank integer, key text) RETURNS integer IMMUTABLE STRICT
RETURN CASE
    WHEN search_rank < 20000 THEN search_rank / 10000 * 100 + CASE
        WHEN search_rank % 10000 <= 12 THEN search_rank % 10000 * 6
            + width_bucket(key COLLATE "C", ARRAY['i', '一', '刀', '怀', '秀'] COLLATE "C") - 6
        ELSE 72 + width_bucket(search_rank % 10000,
            ARRAY[14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 27, 29, 32, 36, 41, 51, 71])
    END
    ELSE search_rank / 10000 * 10 + 180 + width_bucket(search_rank % 10000, ARRAY[5, 9, 17, 33])
END
""",
    # A token as it stands in the index: behind a character that numbers the bucket, from U+0100 up for approved terms,
    # from U+0300 up for proposed ones.
    """
CREATE FUNCTION termbase_in_bucket(bucket integer, tokens text[]) RETURNS text[] IMMUTABLE STRICT
BEGIN ATOMIC
    SELECT array_agg(chr(256 + bucket) || token) FROM unnest(tokens) AS token;
END
""",
    # What a term is found by: n-grams, =stems, ^beginnings of the key, ~beginnings of the pinyin, 'those of the initials.
    """
CREATE FUNCTION termbase_search_tokens(
    review_status text, search_rank integer, key text, ngrams text[], stems text[], pinyin text, initials text
) RETURNS text[] IMMUTABLE STRICT
RETURN CASE WHEN review_status = 'rejected' THEN '{}' ELSE termbase_in_bucket(
    termbase_bucket(search_rank, key) + CASE review_status WHEN 'approved' THEN 0 ELSE 512 END,
    ngrams
    || ARRAY(SELECT '=' || stem FROM unnest(stems) AS stem)
    || ARRAY['^' || left(key, 1), '^' || left(key, 2), '^' || left(key, 3)]
    || CASE WHEN pinyin = '' THEN '{}' ELSE ARRAY[
        '~' || left(pinyin, 2), '~' || left(pinyin, 4), '~' || left(pinyin, 7),
        '\'\'' || left(initials, 2), '\'\'' || left(initials, 4)] END
) END
""",
    # The key itself and the key with any one character missing, as numbers: two keys one error apart share one.
    """
CREATE FUNCTION termbase_one_error(key text) RETURNS integer[] IMMUTABLE STRICT
BEGIN ATOMIC
    SELECT array_agg(('x' || left(md5(left(key, at - 1) || substr(key, at + 1)), 8))::bit(32)::integer)
    FROM generate_series(1, length(key) + 1) AS at WHERE length(key) BETWEEN 3 AND 64;
END
""",
    # The first seven letters and those with any one or two missing: two words two errors apart share one.
    """
CREATE FUNCTION termbase_two_errors(word text) RETURNS integer[] IMMUTABLE STRICT
BEGIN ATOMIC
    WITH once AS (
        SELECT DISTINCT left(left(word, 7), at - 1) || substr(left(word, 7), at + 1) AS piece
        FROM generate_series(1, 8) AS at
    ), twice AS (
        SELECT DISTINCT left(piece, at - 1) || substr(piece, at + 1) AS piece FROM once, generate_series(1, 7) AS at
        UNION SELECT piece FROM once
    )
    SELECT array_agg(('x' || left(md5(piece), 8))::bit(32)::integer) FROM twice;
END
""",
    # Of a longer text: pairs where the first is a Chinese character, triples elsewhere.
    """
CREATE FUNCTION termbase_text_ngrams(key text) RETURNS text[] IMMUTABLE STRICT
BEGIN ATOMIC
    SELECT COALESCE(array_agg(DISTINCT gram), '{}') FROM (
        SELECT CASE WHEN character >= '㐀' COLLATE "C" THEN character || lead(character) OVER following
            ELSE character || lead(character) OVER following || lead(character, 2) OVER following END AS gram
        FROM unnest(string_to_array(key, NULL)) WITH ORDINALITY AS characters (character, at)
        WINDOW following AS (ORDER BY at)
    ) AS grams WHERE gram IS NOT NULL;
END
""",
]
NAMES = [
    "plain_reading", "pinyin", "initials", "bucket", "in_bucket", "search_tokens", "one_error", "two_errors",
    "text_ngrams",
]
COMPUTED = {
    "concept": [("note_key", "note", normalise)],
    "definition": [("key", "text", normalise)],
    "term": [("stems", "key", indexed_stems), ("note_key", "note", normalise),
             ("usage_note_key", "usage_note", normalise)],
}


def fill(apps, schema_editor):
    """What rows written before have not got. No concept changes by that, so its version must not."""
    for model, fields in COMPUTED.items():
        rows = apps.get_model("termbase", model).objects
        schema_editor.execute(f"ALTER TABLE termbase_{model} DISABLE TRIGGER USER")
        batch = []
        for row in rows.order_by("pk").iterator(chunk_size=1000):
            for name, source, compute in fields:
                setattr(row, name, compute(getattr(row, source)))
            batch.append(row)
            if len(batch) == 1000:
                rows.bulk_update(batch, [name for name, *_ in fields])
                batch = []
        rows.bulk_update(batch, [name for name, *_ in fields])
        schema_editor.execute(f"ALTER TABLE termbase_{model} ENABLE TRIGGER USER")
    schema_editor.execute(
        "INSERT INTO termbase_knownword (text)"
        " SELECT DISTINCT word FROM termbase_term, LATERAL (SELECT unnest(stems)"
        " UNION SELECT unnest(regexp_matches(key, '[a-z]{4,30}', 'g'))) AS words (word) WHERE word ~ '^[a-z]{2,30}$'"
    )


def grant(apps, schema_editor):
    """Terminologists, and those who have what they have, see what was not found and take off what they have seen to."""
    create_permissions(live_apps.get_app_config("termbase"), verbosity=0, using=schema_editor.connection.alias)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    granted = Permission.objects.filter(
        content_type__app_label="termbase", codename__in=["view_failedlookup", "delete_failedlookup"]
    )
    for group in Group.objects.filter(name__in=["terminologist", "reviewer", "administrator"]):
        group.permissions.add(*granted)


class Migration(migrations.Migration):

    dependencies = [
        ('termbase', '0005_waivers'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        *(
            migrations.RunSQL(definition, f"DROP FUNCTION termbase_{name}")
            for name, definition in zip(NAMES, FUNCTIONS, strict=True)
        ),
        migrations.CreateModel(
            name='FailedLookup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', termbase.models.matching.KeyField(db_collation='C', default='', editable=False)),
                ('text', models.TextField(help_text='As last typed.')),
                ('count', models.PositiveIntegerField(default=1)),
                ('first_seen', models.DateTimeField(auto_now_add=True)),
                ('last_seen', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'failed look-up',
                'verbose_name_plural': 'failed look-ups',
                'ordering': ['-count', '-last_seen', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='KnownWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(db_collation='C')),
            ],
            options={
                'verbose_name': 'known word',
                'verbose_name_plural': 'known words',
                'ordering': ['text'],
            },
        ),
        migrations.RemoveIndex(
            model_name='term',
            name='term_key',
        ),
        migrations.RemoveIndex(
            model_name='term',
            name='term_ngrams',
        ),
        migrations.AddField(
            model_name='concept',
            name='note_key',
            field=termbase.models.matching.KeyField(db_collation='C', default='', editable=False, of='note'),
        ),
        migrations.AddField(
            model_name='definition',
            name='key',
            field=termbase.models.matching.KeyField(db_collation='C', default='', editable=False),
        ),
        migrations.AddField(
            model_name='term',
            name='initials',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.F('reading'), function='termbase_initials', output_field=models.TextField(db_collation='C')), output_field=models.TextField(db_collation='C')),
        ),
        migrations.AddField(
            model_name='term',
            name='note_key',
            field=termbase.models.matching.KeyField(db_collation='C', default='', editable=False, of='note'),
        ),
        migrations.AddField(
            model_name='term',
            name='pinyin',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.F('reading'), function='termbase_pinyin', output_field=models.TextField(db_collation='C')), output_field=models.TextField(db_collation='C')),
        ),
        migrations.AddField(
            model_name='term',
            name='stems',
            field=termbase.models.matching.StemsField(base_field=models.TextField(), default=list, editable=False, size=None),
        ),
        migrations.AddField(
            model_name='term',
            name='usage_note_key',
            field=termbase.models.matching.KeyField(db_collation='C', default='', editable=False, of='usage_note'),
        ),
        migrations.AddField(
            model_name='term',
            name='search_rank',
            field=models.GeneratedField(db_persist=True, expression=models.ExpressionWrapper(django.db.models.expressions.CombinedExpression(models.Case(models.When(administrative_status='preferred', then=0), models.When(administrative_status='admitted', then=10000), models.When(administrative_status='deprecated', then=20000), models.When(administrative_status='superseded', then=30000), default=40000), '+', django.db.models.functions.text.Length('key')), output_field=models.IntegerField()), output_field=models.IntegerField()),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='concept',
            index=django.contrib.postgres.indexes.GinIndex(models.Func(models.F('note_key'), function='termbase_text_ngrams', output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)), condition=models.Q(('note_key', ''), _negated=True), fastupdate=False, name='concept_note'),
        ),
        migrations.AddIndex(
            model_name='definition',
            index=django.contrib.postgres.indexes.GinIndex(models.Func(models.F('key'), function='termbase_text_ngrams', output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)), condition=models.Q(('key', ''), _negated=True), fastupdate=False, name='definition_text'),
        ),
        migrations.AddIndex(
            model_name='term',
            index=models.Index(models.F('key'), models.F('search_rank'), models.F('id'), name='term_key'),
        ),
        migrations.AddIndex(
            model_name='term',
            index=models.Index(models.F('pinyin'), models.F('search_rank'), models.F('id'), condition=models.Q(('pinyin', ''), _negated=True), name='term_pinyin'),
        ),
        migrations.AddIndex(
            model_name='term',
            index=models.Index(models.F('initials'), models.F('search_rank'), models.F('id'), condition=models.Q(('initials', ''), _negated=True), name='term_initials'),
        ),
        migrations.AddIndex(
            model_name='term',
            index=django.contrib.postgres.indexes.GinIndex(models.Func(models.F('review_status'), models.F('search_rank'), models.F('key'), models.F('ngrams'), models.F('stems'), models.F('pinyin'), models.F('initials'), function='termbase_search_tokens', output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)), fastupdate=False, name='term_search'),
        ),
        migrations.AddIndex(
            model_name='term',
            index=django.contrib.postgres.indexes.GinIndex(models.Func(models.F('key'), function='termbase_one_error', output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)), condition=models.Q(('language', 'en'), _negated=True), fastupdate=False, name='term_one_error'),
        ),
        migrations.AddIndex(
            model_name='term',
            index=django.contrib.postgres.indexes.GinIndex(models.Func(models.F('note_key'), function='termbase_text_ngrams', output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)), condition=models.Q(('note_key', ''), _negated=True), fastupdate=False, name='term_note'),
        ),
        migrations.AddIndex(
            model_name='term',
            index=django.contrib.postgres.indexes.GinIndex(models.Func(models.F('usage_note_key'), function='termbase_text_ngrams', output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)), condition=models.Q(('usage_note_key', ''), _negated=True), fastupdate=False, name='term_usage_note'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='term',
            trigger=pgtrigger.compiler.Trigger(name='term_insert_knows_words', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO termbase_knownword (text) SELECT DISTINCT word FROM new_rows, LATERAL (SELECT unnest(stems) UNION SELECT unnest(regexp_matches(key, '[a-z]{4,30}', 'g'))) AS words (word) WHERE word ~ '^[a-z]{2,30}$' AND NOT EXISTS (SELECT FROM termbase_knownword AS known WHERE known.text = word); RETURN NULL;", hash='a6dda8b70a1576b408fc6f6a0f279e281515fcb4', level='STATEMENT', operation='INSERT', pgid='pgtrigger_term_insert_knows_words_5b531', referencing='REFERENCING NEW TABLE AS new_rows ', table='termbase_term', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='term',
            trigger=pgtrigger.compiler.Trigger(name='term_update_knows_words', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO termbase_knownword (text) SELECT DISTINCT word FROM new_rows, LATERAL (SELECT unnest(stems) UNION SELECT unnest(regexp_matches(key, '[a-z]{4,30}', 'g'))) AS words (word) WHERE word ~ '^[a-z]{2,30}$' AND NOT EXISTS (SELECT FROM termbase_knownword AS known WHERE known.text = word); RETURN NULL;", hash='7e3c2de2bbfe202d132a89aedfe69f966225a25a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_term_update_knows_words_1735b', referencing='REFERENCING NEW TABLE AS new_rows ', table='termbase_term', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='failedlookup',
            index=models.Index(fields=['-count', '-last_seen', 'id'], name='failed_lookup_order'),
        ),
        migrations.AddConstraint(
            model_name='failedlookup',
            constraint=models.UniqueConstraint(models.F('key'), name='failed_lookup_key_unique'),
        ),
        migrations.AddConstraint(
            model_name='failedlookup',
            constraint=models.CheckConstraint(condition=models.Q(('count__gt', 0)), name='failed_lookup_counted'),
        ),
        migrations.AddConstraint(
            model_name='failedlookup',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('text'), 200), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('key'), 200)), name='failed_lookup_is_short'),
        ),
        migrations.AddIndex(
            model_name='knownword',
            index=models.Index(models.F('text'), name='known_word_text'),
        ),
        migrations.AddIndex(
            model_name='knownword',
            index=django.contrib.postgres.indexes.GinIndex(models.Func(models.F('text'), function='termbase_two_errors', output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)), name='known_word_two_errors'),
        ),
    ]
