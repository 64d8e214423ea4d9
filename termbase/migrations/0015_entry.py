"""What a person throws away is recorded: waivers and failed look-ups; and an index for the list of concepts."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('termbase', '0014_review'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='failedlookup',
            trigger=pgtrigger.compiler.Trigger(name='failed_lookup_delete_with_history', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH written AS MATERIALIZED (SELECT id, NULL::bigint AS left_concept, jsonb_build_object(\'text\', "text", \'count\', "count", \'first_seen\', "first_seen", \'last_seen\', "last_seen") AS changes FROM old_rows AS o WHERE coalesce(current_setting(\'termbase.acting\', true), \'\') <> \'\'), step AS MATERIALIZED (SELECT termbase_current_activity() AS id WHERE EXISTS (SELECT FROM written)) INSERT INTO termbase_revision (activity_id, model, "row", "left", deleted, changes) SELECT step.id, \'failedlookup\', written.id, written.left_concept, true, changes FROM written, step ORDER BY written.id; RETURN NULL;', hash='50976ed4e2f78bf49b8cdc0ef7521627d82f647f', level='STATEMENT', operation='DELETE', pgid='pgtrigger_failed_lookup_delete_with_history_1cfd0', referencing='REFERENCING OLD TABLE AS old_rows ', table='termbase_failedlookup', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waiver',
            trigger=pgtrigger.compiler.Trigger(name='waiver_delete_with_history', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH written AS MATERIALIZED (SELECT id, NULL::bigint AS left_concept, jsonb_build_object(\'project\', "project", \'finding\', "finding", \'reason\', "reason", \'waived_by_id\', "waived_by_id", \'waived_at\', "waived_at") AS changes FROM old_rows AS o WHERE coalesce(current_setting(\'termbase.acting\', true), \'\') <> \'\'), step AS MATERIALIZED (SELECT termbase_current_activity() AS id WHERE EXISTS (SELECT FROM written)) INSERT INTO termbase_revision (activity_id, model, "row", "left", deleted, changes) SELECT step.id, \'waiver\', written.id, written.left_concept, true, changes FROM written, step ORDER BY written.id; RETURN NULL;', hash='c2121cc2c46fa92839434071536725d715d874c0', level='STATEMENT', operation='DELETE', pgid='pgtrigger_waiver_delete_with_history_f3771', referencing='REFERENCING OLD TABLE AS old_rows ', table='termbase_waiver', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='term',
            index=models.Index(models.F('concept'), models.F('review_status'), models.F('administrative_status'), name='term_of_concept'),
        ),
    ]
