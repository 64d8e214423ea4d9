"""Spelling variants in a column of their own, the seams between words, and indexes that cost less to keep and to ask.

The tokens of a term lose the beginnings of its key, which `term_order` answers to, and the longer ones of its reading.
"""

from importlib import import_module

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

import termbase.models.matching
from termbase.text.ngrams import indexed_ngrams, seams
from termbase.text.stems import compound, indexed_stems

earlier = import_module("termbase.migrations.0006_look_up")
SEARCH_TOKENS = earlier.FUNCTIONS[earlier.NAMES.index("search_tokens")]
BEFORE = SEARCH_TOKENS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
# What a term is found by: n-grams, =stems, ~beginnings of the pinyin, 'the first initials.
AFTER = """
CREATE OR REPLACE FUNCTION termbase_search_tokens(
    review_status text, search_rank integer, key text, ngrams text[], stems text[], pinyin text, initials text
) RETURNS text[] IMMUTABLE STRICT
RETURN CASE WHEN review_status = 'rejected' THEN '{}' ELSE termbase_in_bucket(
    termbase_bucket(search_rank, key) + CASE review_status WHEN 'approved' THEN 0 ELSE 512 END,
    ngrams
    || ARRAY(SELECT '=' || stem FROM unnest(stems) AS stem)
    || CASE WHEN pinyin = '' THEN '{}' ELSE ARRAY[
        '~' || left(pinyin, 2), '~' || left(pinyin, 4), '\'\'' || left(initials, 2)] END
) END
"""
# They take tens of microseconds. At the cost that PostgreSQL assumes of any function it would call them for every row of a
# table of some thousands, and never ask the indexes over them.
COSTLY = ["termbase_search_tokens", "termbase_one_error", "termbase_two_errors", "termbase_text_ngrams"]
COST = 5_000
BATCH = 10_000


def fill(apps, schema_editor):
    """What terms with Latin words have not got: Chinese ones have neither. No concept changes by that."""
    cursor = schema_editor.connection.cursor()
    schema_editor.execute("ALTER TABLE termbase_term DISABLE TRIGGER USER")
    cursor.execute("SELECT coalesce(max(id), 0) FROM termbase_term")
    last = cursor.fetchone()[0]
    for start in range(0, last, BATCH):
        cursor.execute(
            "SELECT id, key FROM termbase_term WHERE id > %s AND id <= %s AND (language = 'en' OR stems <> '{}')",
            [start, start + BATCH],
        )
        rows = [
            (row, indexed_ngrams(key) + seams(key), indexed_stems(key), compound(key)) for row, key in cursor.fetchall()
        ]
        cursor.executemany(
            "UPDATE termbase_term SET ngrams = %s, stems = %s, compound = %s WHERE id = %s",
            [(ngrams, stems, whole, row) for row, ngrams, stems, whole in rows],
        )
    schema_editor.execute("ALTER TABLE termbase_term ENABLE TRIGGER USER")


class Migration(migrations.Migration):

    dependencies = [
        ('termbase', '0007_product'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='concept',
            name='concept_note',
        ),
        migrations.RemoveIndex(
            model_name='definition',
            name='definition_text',
        ),
        migrations.RemoveIndex(
            model_name='term',
            name='term_one_error',
        ),
        migrations.RemoveIndex(
            model_name='term',
            name='term_note',
        ),
        migrations.RemoveIndex(
            model_name='term',
            name='term_usage_note',
        ),
        migrations.RemoveIndex(
            model_name='term',
            name='term_search',
        ),
        migrations.RunSQL(AFTER, BEFORE),
        *(
            migrations.RunSQL(f"ALTER FUNCTION {name} COST {COST}", f"ALTER FUNCTION {name} COST 100")
            for name in COSTLY
        ),
        migrations.AddField(
            model_name='term',
            name='compound',
            field=termbase.models.matching.CompoundField(db_collation='C', default='', editable=False),
        ),
        migrations.AlterField(
            model_name='term',
            name='ngrams',
            field=termbase.models.matching.TermNgramsField(base_field=models.TextField(), default=list, editable=False, size=None),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='term',
            index=models.Index(models.F('search_rank'), models.F('key'), models.F('id'), name='term_order'),
        ),
        migrations.AddIndex(
            model_name='term',
            index=models.Index(models.F('compound'), models.F('search_rank'), models.F('id'), condition=models.Q(('compound', ''), _negated=True), name='term_compound'),
        ),
        migrations.AddIndex(
            model_name='term',
            index=django.contrib.postgres.indexes.GinIndex(models.Func(models.F('review_status'), models.F('search_rank'), models.F('key'), models.F('ngrams'), models.F('stems'), models.F('pinyin'), models.F('initials'), function='termbase_search_tokens', output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)), fastupdate=False, name='term_search'),
        ),
        migrations.AddIndex(
            model_name='concept',
            index=django.contrib.postgres.indexes.GinIndex(models.Func(models.F('note_key'), function='termbase_text_ngrams', output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)), condition=models.Q(('note_key', ''), _negated=True), fastupdate=True, gin_pending_list_limit=1024, name='concept_note'),
        ),
        migrations.AddIndex(
            model_name='definition',
            index=django.contrib.postgres.indexes.GinIndex(models.Func(models.F('key'), function='termbase_text_ngrams', output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)), condition=models.Q(('key', ''), _negated=True), fastupdate=True, gin_pending_list_limit=1024, name='definition_text'),
        ),
        migrations.AddIndex(
            model_name='term',
            index=django.contrib.postgres.indexes.GinIndex(models.Func(models.F('key'), function='termbase_one_error', output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)), condition=models.Q(('language', 'en'), _negated=True), fastupdate=True, gin_pending_list_limit=1024, name='term_one_error'),
        ),
        migrations.AddIndex(
            model_name='term',
            index=django.contrib.postgres.indexes.GinIndex(models.Func(models.F('note_key'), function='termbase_text_ngrams', output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)), condition=models.Q(('note_key', ''), _negated=True), fastupdate=True, gin_pending_list_limit=1024, name='term_note'),
        ),
        migrations.AddIndex(
            model_name='term',
            index=django.contrib.postgres.indexes.GinIndex(models.Func(models.F('usage_note_key'), function='termbase_text_ngrams', output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)), condition=models.Q(('usage_note_key', ''), _negated=True), fastupdate=True, gin_pending_list_limit=1024, name='term_usage_note'),
        ),
    ]
