# The table of what must be counted once, whichever web process answers (settings.CACHES).

from django.core.management import call_command
from django.db import migrations


def make(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE IF EXISTS desk_counted")


class Migration(migrations.Migration):

    dependencies = [("review", "0005_setting_changes")]

    operations = [migrations.RunPython(make, drop)]
