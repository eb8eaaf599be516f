# Indexes of what the queue asks for most: what waits for a person in its order, and the order of what a search found.

from django.db import migrations, models

FOUND = "CREATE INDEX requests_as_found ON records_request (id) INCLUDE (state, priority, due_at)"


def on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):

    dependencies = [("records", "0023_ways_stopped")]

    operations = [
        migrations.AddIndex(
            model_name="request",
            index=models.Index(
                condition=models.Q(("state__in", ("needs_review", "unmatched"))),
                fields=["-priority", "due_at", "id"],
                name="waiting_by_press",
            ),
        ),
        migrations.RunPython(on_postgresql(FOUND), on_postgresql("DROP INDEX requests_as_found")),
    ]
