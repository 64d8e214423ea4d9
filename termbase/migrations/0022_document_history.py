import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


# What there is already is the version that it says it is; who stored it, nobody wrote down.
PRESENT = """
INSERT INTO termbase_documentversion (document_id, number, sha256, file_name, passages, came, went, moved, lost)
SELECT id, version, sha256, '', (SELECT count(*) FROM termbase_passage WHERE document_id = d.id), 0, 0, 0, 0
FROM termbase_document AS d ORDER BY id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('termbase', '0021_web_addresses'),
    ]

    operations = [
        migrations.CreateModel(
            name='DocumentVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('file_name', models.CharField(blank=True, max_length=255)),
                ('passages', models.PositiveIntegerField(default=0, verbose_name='passages')),
                ('came', models.PositiveIntegerField(default=0, verbose_name='new passages')),
                ('went', models.PositiveIntegerField(default=0, verbose_name='passages gone')),
                ('moved', models.PositiveIntegerField(default=0, verbose_name='pinned examples kept')),
                ('lost', models.PositiveIntegerField(default=0, verbose_name='pinned examples lost')),
            ],
            options={
                'verbose_name': 'version of a text',
                'verbose_name_plural': 'versions of texts',
                'ordering': ['document', '-number'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='FormerPassage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('passage', models.BigIntegerField(db_index=True, help_text='The id that it had, by which the history names it.')),
                ('position', models.PositiveIntegerField()),
                ('number', models.CharField(blank=True, max_length=60)),
                ('kind', models.CharField(choices=[('heading', 'heading'), ('paragraph', 'paragraph'), ('item', 'list item'), ('footnote', 'footnote')], max_length=16)),
                ('text', models.TextField()),
                ('translation', models.TextField(blank=True)),
            ],
            options={
                'verbose_name': 'former passage',
                'verbose_name_plural': 'former passages',
                'ordering': ['version', 'position'],
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='document',
            name='withdrawal_reason',
            field=models.TextField(blank=True, db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='document',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='document_insert_with_history', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH written AS MATERIALIZED (SELECT id, NULL::bigint AS left_concept, NULL::jsonb AS changes FROM new_rows AS n WHERE true), step AS MATERIALIZED (SELECT termbase_current_activity() AS id WHERE EXISTS (SELECT FROM written)) INSERT INTO termbase_revision (activity_id, model, "row", "left", deleted, changes) SELECT step.id, \'document\', written.id, written.left_concept, false, changes FROM written, step ORDER BY written.id; RETURN NULL;', hash='87cdf3920b233abe0088bd29413472a70624f0b1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_document_insert_with_history_635e1', referencing='REFERENCING NEW TABLE AS new_rows ', table='termbase_document', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='document_update_with_history', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH written AS MATERIALIZED (SELECT n.id, NULL::bigint AS left_concept, jsonb_strip_nulls(jsonb_build_object(\'key\', CASE WHEN o."key" IS DISTINCT FROM n."key" THEN jsonb_build_array(o."key", n."key") END, \'symbol\', CASE WHEN o."symbol" IS DISTINCT FROM n."symbol" THEN jsonb_build_array(o."symbol", n."symbol") END, \'series\', CASE WHEN o."series" IS DISTINCT FROM n."series" THEN jsonb_build_array(o."series", n."series") END, \'title_zh\', CASE WHEN o."title_zh" IS DISTINCT FROM n."title_zh" THEN jsonb_build_array(o."title_zh", n."title_zh") END, \'title_en\', CASE WHEN o."title_en" IS DISTINCT FROM n."title_en" THEN jsonb_build_array(o."title_en", n."title_en") END, \'body\', CASE WHEN o."body" IS DISTINCT FROM n."body" THEN jsonb_build_array(o."body", n."body") END, \'session\', CASE WHEN o."session" IS DISTINCT FROM n."session" THEN jsonb_build_array(o."session", n."session") END, \'date\', CASE WHEN o."date" IS DISTINCT FROM n."date" THEN jsonb_build_array(o."date", n."date") END, \'language\', CASE WHEN o."language" IS DISTINCT FROM n."language" THEN jsonb_build_array(o."language", n."language") END, \'kind\', CASE WHEN o."kind" IS DISTINCT FROM n."kind" THEN jsonb_build_array(o."kind", n."kind") END, \'url\', CASE WHEN o."url" IS DISTINCT FROM n."url" THEN jsonb_build_array(o."url", n."url") END, \'added_at\', CASE WHEN o."added_at" IS DISTINCT FROM n."added_at" THEN jsonb_build_array(o."added_at", n."added_at") END, \'withdrawn_at\', CASE WHEN o."withdrawn_at" IS DISTINCT FROM n."withdrawn_at" THEN jsonb_build_array(o."withdrawn_at", n."withdrawn_at") END, \'withdrawal_reason\', CASE WHEN o."withdrawal_reason" IS DISTINCT FROM n."withdrawal_reason" THEN jsonb_build_array(o."withdrawal_reason", n."withdrawal_reason") END)) AS changes FROM old_rows AS o JOIN new_rows AS n ON n.id = o.id WHERE (o."key", o."symbol", o."series", o."title_zh", o."title_en", o."body", o."session", o."date", o."language", o."kind", o."url", o."added_at", o."withdrawn_at", o."withdrawal_reason") IS DISTINCT FROM (n."key", n."symbol", n."series", n."title_zh", n."title_en", n."body", n."session", n."date", n."language", n."kind", n."url", n."added_at", n."withdrawn_at", n."withdrawal_reason") AND (true)), step AS MATERIALIZED (SELECT termbase_current_activity() AS id WHERE EXISTS (SELECT FROM written)) INSERT INTO termbase_revision (activity_id, model, "row", "left", deleted, changes) SELECT step.id, \'document\', written.id, written.left_concept, false, changes FROM written, step ORDER BY written.id; RETURN NULL;', hash='9ae6757e9ff0de7b5e7b318287d6ea03b8f46cb8', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_document_update_with_history_15718', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='termbase_document', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='document_delete_with_history', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH written AS MATERIALIZED (SELECT id, NULL::bigint AS left_concept, jsonb_build_object(\'key\', "key", \'symbol\', "symbol", \'series\', "series", \'title_zh\', "title_zh", \'title_en\', "title_en", \'body\', "body", \'session\', "session", \'date\', "date", \'language\', "language", \'kind\', "kind", \'url\', "url", \'added_at\', "added_at", \'withdrawn_at\', "withdrawn_at", \'withdrawal_reason\', "withdrawal_reason") AS changes FROM old_rows AS o WHERE true), step AS MATERIALIZED (SELECT termbase_current_activity() AS id WHERE EXISTS (SELECT FROM written)) INSERT INTO termbase_revision (activity_id, model, "row", "left", deleted, changes) SELECT step.id, \'document\', written.id, written.left_concept, true, changes FROM written, step ORDER BY written.id; RETURN NULL;', hash='76b2bf6d5a8ff7253013e0b733a99817d173a80e', level='STATEMENT', operation='DELETE', pgid='pgtrigger_document_delete_with_history_2dbfe', referencing='REFERENCING OLD TABLE AS old_rows ', table='termbase_document', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawal_reason', ''), ('withdrawn_at', None)), models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawal_reason', ''), _negated=True)), _connector='OR'), name='document_withdrawn_says_why'),
        ),
        migrations.AddField(
            model_name='documentversion',
            name='document',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='termbase.document'),
        ),
        migrations.AddField(
            model_name='formerpassage',
            name='version',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='former_passages', to='termbase.documentversion'),
        ),
        migrations.AddConstraint(
            model_name='documentversion',
            constraint=models.UniqueConstraint(models.F('document'), models.F('number'), name='document_version_unique'),
        ),
        migrations.RunSQL(PRESENT, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name='documentversion',
            trigger=pgtrigger.compiler.Trigger(name='document_version_insert_with_history', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH written AS MATERIALIZED (SELECT id, NULL::bigint AS left_concept, NULL::jsonb AS changes FROM new_rows AS n WHERE true), step AS MATERIALIZED (SELECT termbase_current_activity() AS id WHERE EXISTS (SELECT FROM written)) INSERT INTO termbase_revision (activity_id, model, "row", "left", deleted, changes) SELECT step.id, \'documentversion\', written.id, written.left_concept, false, changes FROM written, step ORDER BY written.id; RETURN NULL;', hash='5b50d9be31cc070d8960298cebfc15c18fadde27', level='STATEMENT', operation='INSERT', pgid='pgtrigger_document_version_insert_with_history_90f53', referencing='REFERENCING NEW TABLE AS new_rows ', table='termbase_documentversion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='documentversion',
            trigger=pgtrigger.compiler.Trigger(name='document_version_update_with_history', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH written AS MATERIALIZED (SELECT n.id, NULL::bigint AS left_concept, jsonb_strip_nulls(jsonb_build_object(\'document_id\', CASE WHEN o."document_id" IS DISTINCT FROM n."document_id" THEN jsonb_build_array(o."document_id", n."document_id") END, \'number\', CASE WHEN o."number" IS DISTINCT FROM n."number" THEN jsonb_build_array(o."number", n."number") END, \'sha256\', CASE WHEN o."sha256" IS DISTINCT FROM n."sha256" THEN jsonb_build_array(o."sha256", n."sha256") END, \'file_name\', CASE WHEN o."file_name" IS DISTINCT FROM n."file_name" THEN jsonb_build_array(o."file_name", n."file_name") END, \'passages\', CASE WHEN o."passages" IS DISTINCT FROM n."passages" THEN jsonb_build_array(o."passages", n."passages") END, \'came\', CASE WHEN o."came" IS DISTINCT FROM n."came" THEN jsonb_build_array(o."came", n."came") END, \'went\', CASE WHEN o."went" IS DISTINCT FROM n."went" THEN jsonb_build_array(o."went", n."went") END, \'moved\', CASE WHEN o."moved" IS DISTINCT FROM n."moved" THEN jsonb_build_array(o."moved", n."moved") END, \'lost\', CASE WHEN o."lost" IS DISTINCT FROM n."lost" THEN jsonb_build_array(o."lost", n."lost") END)) AS changes FROM old_rows AS o JOIN new_rows AS n ON n.id = o.id WHERE (o."document_id", o."number", o."sha256", o."file_name", o."passages", o."came", o."went", o."moved", o."lost") IS DISTINCT FROM (n."document_id", n."number", n."sha256", n."file_name", n."passages", n."came", n."went", n."moved", n."lost") AND (true)), step AS MATERIALIZED (SELECT termbase_current_activity() AS id WHERE EXISTS (SELECT FROM written)) INSERT INTO termbase_revision (activity_id, model, "row", "left", deleted, changes) SELECT step.id, \'documentversion\', written.id, written.left_concept, false, changes FROM written, step ORDER BY written.id; RETURN NULL;', hash='f378bf10bbdae981e0bf289fb9ee84b6129cfd8d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_document_version_update_with_history_41458', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='termbase_documentversion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='documentversion',
            trigger=pgtrigger.compiler.Trigger(name='document_version_delete_with_history', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH written AS MATERIALIZED (SELECT id, NULL::bigint AS left_concept, jsonb_build_object(\'document_id\', "document_id", \'number\', "number", \'sha256\', "sha256", \'file_name\', "file_name", \'passages\', "passages", \'came\', "came", \'went\', "went", \'moved\', "moved", \'lost\', "lost") AS changes FROM old_rows AS o WHERE true), step AS MATERIALIZED (SELECT termbase_current_activity() AS id WHERE EXISTS (SELECT FROM written)) INSERT INTO termbase_revision (activity_id, model, "row", "left", deleted, changes) SELECT step.id, \'documentversion\', written.id, written.left_concept, true, changes FROM written, step ORDER BY written.id; RETURN NULL;', hash='d29743aee33e7c1dd21a1961ac05223263c2ebe2', level='STATEMENT', operation='DELETE', pgid='pgtrigger_document_version_delete_with_history_66311', referencing='REFERENCING OLD TABLE AS old_rows ', table='termbase_documentversion', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='formerpassage',
            constraint=models.UniqueConstraint(models.F('version'), models.F('position'), name='former_passage_position_unique'),
        ),
    ]
