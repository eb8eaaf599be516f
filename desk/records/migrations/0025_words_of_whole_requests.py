# PostgreSQL: everything that a request and its pages hold in one row, kept by triggers, so that the words of a search
# meet in the index. SQLite answers from its indexes of words alone and stays as it is.

from django.db import migrations

# A word on a twentieth of all requests means a visit to thousands of rows, and what those cost is their width. So the
# words lie outside of the row. PostgreSQL moves a column out only of a row of more than 2 kB: the blanks of "room" see
# to that, and take 30 bytes once they are compressed.
TABLE = (
    "CREATE TABLE records_requestwords (rowid bigint PRIMARY KEY REFERENCES records_request(id) ON DELETE CASCADE, "
    "words tsvector NOT NULL, everything tsvector NOT NULL DEFAULT '', room text NOT NULL DEFAULT repeat(' ', 2000)) "
    "WITH (toast_tuple_target = 128, fillfactor = 90)",
    "ALTER TABLE records_requestwords ALTER words SET STORAGE EXTERNAL, ALTER everything SET STORAGE EXTERNAL, "
    "ALTER room SET STORAGE MAIN",
)
# The request's own words once more with a sign before them: what is too short to be looked for on pages. A tsvector
# holds a million letters; the words of the first pages go before.
WORDS_OF = """
    CREATE FUNCTION records_words_of(request bigint, own tsvector) RETURNS tsvector LANGUAGE sql STABLE AS $$
        SELECT array_to_tsvector(coalesce(array_agg(word), '{}')) FROM (
            SELECT word, sum(octet_length(word)) OVER (ORDER BY min(place), word) AS letters FROM (
                SELECT unnest(tsvector_to_array(own)) AS word, 0 AS place
                UNION ALL
                SELECT '=' || unnest(tsvector_to_array(own)), 0
                UNION ALL
                SELECT unnest(tsvector_to_array(words)), rowid
                FROM records_request_pages JOIN records_pagewords ON rowid = page_id WHERE request_id = request
            ) AS held GROUP BY word
        ) AS counted WHERE letters <= 1000000
    $$
"""
FILL = (
    "INSERT INTO records_requestwords (rowid, words, everything) "
    "SELECT rowid, words, records_words_of(rowid, words) FROM records_requestwords_own ORDER BY rowid"
)
# every search reads the list of what is not sorted in yet, so it is a short one
INDEX = (
    "CREATE INDEX records_requestwords_everything ON records_requestwords USING gin (everything) "
    "WITH (gin_pending_list_limit = 256)"
)
KEPT = (
    # once the row is locked, whatever another transaction wrote before is there to be seen
    """
    CREATE FUNCTION records_find_again(request bigint) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM 1 FROM records_requestwords WHERE rowid = request FOR UPDATE;
        UPDATE records_requestwords SET everything = found.words, room = DEFAULT
        FROM (SELECT records_words_of(rowid, words) AS words FROM records_requestwords WHERE rowid = request) AS found
        WHERE rowid = request AND everything <> found.words;
    END $$
    """,
    """
    CREATE FUNCTION records_requestwords_written() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM records_find_again(NEW.rowid);
        RETURN NULL;
    END $$
    """,
    "CREATE TRIGGER records_requestwords_written AFTER INSERT OR UPDATE OF words ON records_requestwords "
    "FOR EACH ROW EXECUTE FUNCTION records_requestwords_written()",
    """
    CREATE FUNCTION records_pagewords_written() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM records_find_again(request_id)
        FROM (SELECT request_id FROM records_request_pages WHERE page_id = NEW.rowid ORDER BY 1) AS whose;
        RETURN NULL;
    END $$
    """,
    "CREATE TRIGGER records_pagewords_written AFTER INSERT OR UPDATE ON records_pagewords "
    "FOR EACH ROW EXECUTE FUNCTION records_pagewords_written()",
    # a page that is being stored holds its row's lock: who links it meanwhile waits, and sees its words
    """
    CREATE FUNCTION records_pages_linked() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'DELETE' THEN
            PERFORM 1 FROM records_page WHERE id IN (SELECT page_id FROM linked) ORDER BY id FOR SHARE;
        END IF;
        PERFORM records_find_again(request_id)
        FROM (SELECT DISTINCT request_id FROM linked ORDER BY 1) AS whose;
        RETURN NULL;
    END $$
    """,
    *(
        f"CREATE TRIGGER records_pages_linked_{name} AFTER {when} ON records_request_pages "
        f"REFERENCING {side} TABLE AS linked FOR EACH STATEMENT EXECUTE FUNCTION records_pages_linked()"
        for name, when, side in (
            ("new", "INSERT", "NEW"), ("gone", "DELETE", "OLD"), ("from", "UPDATE", "OLD"), ("to", "UPDATE", "NEW"),
        )
    ),
)  # fmt: skip
# Always by the index: the planner does not know what it costs to fetch words from outside of a row.
HOLDING = """
    CREATE FUNCTION records_requests_holding(query tsquery) RETURNS SETOF bigint
    LANGUAGE sql STABLE ROWS 1000 SET enable_seqscan = off SET enable_indexscan = off AS $$
        SELECT rowid FROM records_requestwords WHERE everything @@ query
    $$
"""


def make(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for line in (
        "ALTER TABLE records_requestwords RENAME TO records_requestwords_own",
        "ALTER INDEX records_requestwords_pkey RENAME TO records_requestwords_own_pkey",
        *TABLE, WORDS_OF, FILL, INDEX,
        "DROP TABLE records_requestwords_own",
        "DROP INDEX records_pagewords_words",
        *KEPT, HOLDING,
    ):  # fmt: skip
        schema_editor.execute(line)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for line in (
        "DROP FUNCTION records_requests_holding(tsquery)",
        *(f"DROP TRIGGER records_pages_linked_{name} ON records_request_pages" for name in ("new", "gone", "from", "to")),
        "DROP FUNCTION records_pages_linked()",
        "DROP TRIGGER records_pagewords_written ON records_pagewords",
        "DROP FUNCTION records_pagewords_written()",
        "DROP TRIGGER records_requestwords_written ON records_requestwords",
        "DROP FUNCTION records_requestwords_written()",
        "DROP FUNCTION records_find_again(bigint)",
        "DROP FUNCTION records_words_of(bigint, tsvector)",
        "ALTER TABLE records_requestwords DROP everything, DROP room",
        "CREATE INDEX records_requestwords_words ON records_requestwords USING gin (words)",
        "CREATE INDEX records_pagewords_words ON records_pagewords USING gin (words)",
    ):
        schema_editor.execute(line)


class Migration(migrations.Migration):

    dependencies = [("records", "0024_waiting_by_press")]

    operations = [migrations.RunPython(make, drop)]
