# The indexes of words that desk/search.py asks, filled from what is stored already.

from django.db import migrations

SQLITE = (
    "CREATE VIRTUAL TABLE records_requestwords USING fts5(words, tokenize='ascii', prefix='2 3 4', detail=none)",
    "CREATE VIRTUAL TABLE records_pagewords USING fts5(words, tokenize='ascii', prefix='3 4', detail=none)",
    "CREATE TRIGGER records_requestwords_gone AFTER DELETE ON records_request "
    "BEGIN DELETE FROM records_requestwords WHERE rowid = old.id; END",
    "CREATE TRIGGER records_pagewords_gone AFTER DELETE ON records_page "
    "BEGIN DELETE FROM records_pagewords WHERE rowid = old.id; END",
)
POSTGRES = (
    "CREATE TABLE records_requestwords (rowid bigint PRIMARY KEY "
    "REFERENCES records_request(id) ON DELETE CASCADE, words tsvector NOT NULL)",
    "CREATE INDEX records_requestwords_words ON records_requestwords USING gin (words)",
    "CREATE TABLE records_pagewords (rowid bigint PRIMARY KEY "
    "REFERENCES records_page(id) ON DELETE CASCADE, words tsvector NOT NULL)",
    "CREATE INDEX records_pagewords_words ON records_pagewords USING gin (words)",
)


def make(apps, schema_editor):
    for line in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES:
        schema_editor.execute(line)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER records_requestwords_gone")
        schema_editor.execute("DROP TRIGGER records_pagewords_gone")
    schema_editor.execute("DROP TABLE records_requestwords")
    schema_editor.execute("DROP TABLE records_pagewords")


def fill(apps, schema_editor):
    from desk import search

    for request in apps.get_model("records", "Request").objects.defer("read_values").iterator(chunk_size=500):
        search.index_request(request)
    pages = apps.get_model("records", "Page").objects.exclude(reading=None).values_list("pk", "reading")
    for pk, reading in pages.iterator(chunk_size=100):
        search.index_page(pk, " ".join(word[0] for word in reading.get("words", [])))


class Migration(migrations.Migration):

    dependencies = [("records", "0007_decision_receipt")]

    operations = [
        migrations.RunPython(make, drop),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
