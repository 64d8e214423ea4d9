"""The sequence of concept keys, and the five roles with their permissions."""

from django.apps import apps as live_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

VIEW = ["concept", "term", "definition", "conceptrelation", "subjectfield", "document", "passage", "example",
        "termfrequency"]
EDIT = ["concept", "term", "definition", "conceptrelation"]
# Each role has what the one before it has.
ROLES = {
    "reader": [f"view_{model}" for model in VIEW],
    "contributor": ["add_suggestion"],
    "terminologist": [
        *(f"{action}_{model}" for action in ("add", "change") for model in [*EDIT, "example", "document", "passage"]),
        "delete_definition", "delete_conceptrelation", "delete_example",
        "view_candidate", "change_candidate", "view_suggestion", "change_suggestion",
    ],
    "reviewer": ["review_term"],
    "administrator": [
        "add_subjectfield", "change_subjectfield", "delete_subjectfield", "delete_document",
        "view_user", "add_user", "change_user", "view_group",
    ],
}


def make_roles(apps, schema_editor):
    # Permissions come into being after all migrations have run; the roles need them now.
    for label in ("termbase", "auth", "contenttypes"):
        create_permissions(live_apps.get_app_config(label), verbosity=0, using=schema_editor.connection.alias)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    granted = []
    for role, codenames in ROLES.items():
        granted += codenames
        found = Permission.objects.filter(codename__in=granted, content_type__app_label__in=["termbase", "auth"])
        missing = set(granted) - set(found.values_list("codename", flat=True))
        if missing:
            raise LookupError(f"no such permissions: {sorted(missing)}")
        Group.objects.get_or_create(name=role)[0].permissions.set(found)


class Migration(migrations.Migration):
    dependencies = [
        ("termbase", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE termbase_concept_key_seq", "DROP SEQUENCE termbase_concept_key_seq"),
        migrations.RunPython(make_roles, migrations.RunPython.noop),
    ]
