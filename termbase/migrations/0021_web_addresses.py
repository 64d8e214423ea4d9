from django.db import migrations, models

# What is no address of the web could be no good link. An update of no rows would be told as a change all the same, and
# a new database would not be empty.
WITHOUT = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM termbase_document WHERE url <> '' AND url !~* '^https?://') THEN
        UPDATE termbase_document SET url = '' WHERE url <> '' AND url !~* '^https?://';
    END IF;
END $$
"""


class Migration(migrations.Migration):

    dependencies = [('termbase', '0020_scale')]

    operations = [
        migrations.RunSQL(WITHOUT, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("url", ""), ("url__iregex", "^https?://"), _connector="OR"),
                name="document_url_is_web",
                violation_error_message="An address of the web begins with http:// or https://.",
            ),
        ),
    ]
