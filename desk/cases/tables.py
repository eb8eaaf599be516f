"""Reference data in the records: imported as a whole table or not at all, kept by version, read back for deciding.

Grid, roster, provider directory, processors, vendors and code lists live in the database, where the admin
can show and mend them; what was never imported comes from ``reference_dir`` or the shipped tables. Every
import, edit and way back makes a new :class:`ReferenceVersion`, which decisions name and whose rows are
kept, so that any of them can be taken up again and any decision be made again as it was made.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from classify.changes import Changes, row_changes
from classify.errors import TableError
from classify.reference import Reference, load_reference
from classify.sheet import FIRST_DATA_ROW
from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.cases.table_files import FileFacts, as_csv, keep_rows, kept_rows, read_file, table_info
from desk.cases.table_kinds import TABLES, Row, TableKind
from desk.errors import ReferenceDataError
from desk.records.models import ReferenceVersion

_BATCH = 2000
_IMPORTED = "sha256:"
_PLAIN = FileFacts()


def table_kind(name: str) -> TableKind:
    """Give the table of that name. Raises :class:`desk.errors.ReferenceDataError` naming those that there are."""
    kind = TABLES.get(name)
    if kind is None:
        raise ReferenceDataError(f"there is no table {name!r}; the tables are {', '.join(TABLES)}")
    return kind


def _records(kind: TableKind) -> models.QuerySet[models.Model]:
    assert kind.model is not None
    return models.QuerySet(model=kind.model).order_by("pk")


def import_table(name: str, path: Path, *, actor: Actor, facts: FileFacts = _PLAIN) -> ReferenceVersion:
    """Put a file in the place of the table ``name``; one faulty row refuses the whole file.

    The file that is in force already changes nothing and gives its version.

    Raises :class:`desk.errors.ReferenceDataError` with a sentence for each faulty row.
    """
    kind = table_kind(name)
    found = read_file(kind, path, facts)
    with transaction.atomic():
        current = current_version(name)
        if current and current.sha256 == found.sha256 and current.facts == facts.to_record():
            return current
        version = f"{_IMPORTED}{found.sha256[:12]}"
        return _put(kind, found.rows, version, found.sha256, actor, way="import", facts=facts.to_record())


def preview(name: str, path: Path, *, facts: FileFacts = _PLAIN) -> Changes:
    """Say what importing a file would change, and change nothing.

    Raises :class:`desk.errors.ReferenceDataError` as the import would.
    """
    kind = table_kind(name)
    rows = read_file(kind, path, facts).rows
    _used(kind, load_reference(settings.INLET.reference_dir), rows, "dry run", facts.to_record())
    return _changes(kind, kind.of(current_reference()), rows)


def _changes(kind: TableKind, old: Iterable[Row], new: Iterable[Row]) -> Changes:
    return row_changes(kind.name, old, new, kind.key, ignored=frozenset({"number"}))


def _used(
    kind: TableKind, base: Reference, rows: Iterable[Row], version: str, facts: Mapping[str, object]
) -> Reference:
    """A reference with these rows; rows that contradict each other are refused."""
    try:
        return kind.use(base, tuple(rows), table_info(kind.name, version, "records", facts))
    except TableError as error:
        raise ReferenceDataError.of(error) from error


def draft_reference(name: str, path: Path, *, facts: FileFacts = _PLAIN) -> Reference:
    """The reference in force with one table from a file: what a draft is tried with.

    Raises :class:`desk.errors.ReferenceDataError`.
    """
    kind = table_kind(name)
    return _used(kind, current_reference(), read_file(kind, path, facts).rows, "draft", facts.to_record())


def import_folder(folder: Path, *, actor: Actor) -> tuple[ReferenceVersion, ...]:
    """Import every table whose file lies in ``folder`` (``grid.csv``, ``roster.csv`` …); all or none.

    Raises :class:`desk.errors.ReferenceDataError`, also when none is there.
    """
    found = [kind for kind in TABLES.values() if (folder / kind.file).is_file()]
    if not found:
        msg = f"no table was found; put one of {', '.join(k.file for k in TABLES.values())} into the folder"
        raise ReferenceDataError(msg)
    with transaction.atomic():
        return tuple(import_table(kind.name, folder / kind.file, actor=actor) for kind in found)


def import_changed(folder: Path, *, actor: Actor) -> tuple[ReferenceVersion, ...]:
    """Import the tables of ``folder`` whose file is not the one imported last; edits made since stay otherwise.

    Raises :class:`desk.errors.ReferenceDataError`; then nothing has changed.
    """
    made = []
    with transaction.atomic():
        for kind in TABLES.values():
            path = folder / kind.file
            if not path.is_file():
                continue
            last = ReferenceVersion.objects.filter(table=kind.name, way="import").first()
            if last is None or last.sha256 != hashlib.sha256(path.read_bytes()).hexdigest():
                made.append(import_table(kind.name, path, actor=actor))
    return tuple(made)


def record_edit(name: str, *, actor: Actor) -> ReferenceVersion:
    """Say that rows of a table were edited by hand, so that decisions from now on name another version.

    Raises :class:`desk.errors.ReferenceDataError` when the rows now contradict each other; call it in the
    transaction of the edit, which is then undone.
    """
    kind = table_kind(name)
    with transaction.atomic():
        rows = _loaded(kind)
        _used(kind, load_reference(settings.INLET.reference_dir), rows, "edited", {})
        number = ReferenceVersion.objects.filter(table=name).count() + 1
        moment = timezone.now()
        digest = hashlib.sha256(f"{name}:{number}:{moment.isoformat()}".encode()).hexdigest()
        before = current_version(name)
        return _new_version(
            kind,
            rows,
            f"edited:{moment:%Y-%m-%dT%H:%M:%S}:{number}",
            digest,
            actor,
            way="edit",
            facts=before.facts if before else {},
        )


def adopt_table(name: str, *, actor: Actor) -> ReferenceVersion | None:
    """Take the rows of a table that was never imported into the records as they are in use, to be edited there.

    Gives ``None`` where the table was imported already, or nothing is in use.
    """
    kind = table_kind(name)
    with transaction.atomic():
        reference = current_reference()
        rows = tuple(kind.of(reference))
        if current_version(name) is not None or not rows:
            return None
        used = reference.tables.get(_LISTS.get(name, name), "shipped")
        digest = hashlib.sha256(as_csv(kind, rows)).hexdigest()
        return _put(kind, rows, used, digest, actor, way="adopt", facts={})


def go_back(name: str, version: int, *, actor: Actor) -> ReferenceVersion:
    """Take up an earlier version of a table again; ``version`` is its number (:func:`versions`).

    It becomes a new version under its old name, since it says the same.

    Raises :class:`desk.errors.ReferenceDataError`.
    """
    kind = table_kind(name)
    with transaction.atomic():
        row = _version(name, version)
        if current_version(name) == row:
            return row
        rows = _rows_of(kind, row)
        return _put(kind, rows, row.version, row.sha256, actor, way="back", facts=row.facts)


def preview_back(name: str, version: int) -> Changes:
    """Say what taking up an earlier version would change. Raises :class:`desk.errors.ReferenceDataError`."""
    kind = table_kind(name)
    return _changes(kind, kind.of(current_reference()), _rows_of(kind, _version(name, version)))


def versions(name: str) -> models.QuerySet[ReferenceVersion]:
    """Every version of a table, newest first; the first is in force, ``pk`` is the number that people give."""
    return ReferenceVersion.objects.filter(table=table_kind(name).name)


def export(name: str, version: int | None = None) -> bytes:
    """A table (as it is in force, or an earlier version) as the CSV file that an import takes."""
    kind = table_kind(name)
    rows = kind.of(current_reference()) if version is None else _rows_of(kind, _version(name, version))
    return as_csv(kind, rows)


def _version(name: str, version: int) -> ReferenceVersion:
    row = versions(name).filter(pk=version).first()
    if row is None:
        raise ReferenceDataError(f"the table {name} has no version {version}; inlet tables versions {name} lists them")
    return row


def _rows_of(kind: TableKind, version: ReferenceVersion) -> tuple[Row, ...]:
    if not version.kept:
        raise ReferenceDataError(
            f"the rows of version {version.pk} of {kind.name} were not kept; import its file again"
        )
    return kept_rows(kind, version.kept)


def _put(
    kind: TableKind,
    rows: Iterable[Row],
    version: str,
    digest: str,
    actor: Actor,
    *,
    way: str,
    facts: Mapping[str, object],
) -> ReferenceVersion:
    """Make rows a table's rows, at once and as a whole."""
    kept = tuple(rows)
    _used(kind, load_reference(settings.INLET.reference_dir), kept, version, facts)
    if kind.model is not None:
        _records(kind).delete()
        _records(kind).bulk_create(map(kind.stored, kept), batch_size=_BATCH)
        kept = _loaded(kind)
    return _new_version(kind, kept, version, digest, actor, way=way, facts=facts)


def _loaded(kind: TableKind) -> tuple[Row, ...]:
    records = _records(kind).iterator(_BATCH)
    return tuple(kind.loaded(record, number) for number, record in enumerate(records, FIRST_DATA_ROW))


def _new_version(
    kind: TableKind,
    rows: Iterable[Row],
    version: str,
    digest: str,
    actor: Actor,
    *,
    way: str,
    facts: Mapping[str, object],
) -> ReferenceVersion:
    kept = tuple(rows)
    made = ReferenceVersion.objects.create(
        table=kind.name,
        version=version,
        sha256=digest,
        rows=len(kept),
        loaded_at=timezone.now(),
        loaded_by=actor.name,
        way=way,
        kept=keep_rows(kind, kept),
        facts=dict(facts),
    )
    detail = {"table": kind.name, "version": version, "rows": made.rows, "way": way}
    note(actor, "reference.changed", detail=detail)
    return made


def current_version(name: str) -> ReferenceVersion | None:
    """Give the version of a table that is in force, or ``None`` if it was never imported."""
    return ReferenceVersion.objects.filter(table=name).order_by("-id").first()


_LISTS = {"codes": "hcpcs", "diagnoses": "icd10"}
"""Tables that a decision names otherwise than the import does."""

_cached: tuple[tuple[object, ...], Reference] | None = None


def current_reference() -> Reference:
    """Give the reference data in force: imported tables over those of ``reference_dir`` or the shipped ones.

    Kept between calls until a version changes.
    """
    global _cached  # noqa: PLW0603  (one value for the process, replaced whole)
    rows = {row.table: row for row in ReferenceVersion.objects.order_by("id")}
    folder = settings.INLET.reference_dir
    key = (str(folder), *((name, row.pk, row.sha256) for name, row in sorted(rows.items())))
    if _cached and _cached[0] == key:
        return _cached[1]
    base = load_reference(folder)
    for kind in TABLES.values():
        if row := rows.get(kind.name):
            found = _loaded(kind) if kind.model is not None else _rows_of(kind, row)
            base = kind.use(base, found, table_info(kind.name, row.version, "records", row.facts))
    _cached = (key, base)
    return base


def reference_of(tables: Mapping[str, str]) -> Reference:
    """The reference data that a decision names by table and version, as they were then.

    Raises :class:`desk.errors.ReferenceDataError` naming the first table whose version is here no more.
    """
    base = load_reference(settings.INLET.reference_dir)
    for kind in TABLES.values():
        named = _LISTS.get(kind.name, kind.name)
        wanted = tables.get(named)
        row = versions(kind.name).filter(version=wanted).exclude(kept="").first() if wanted else None
        if row is not None:
            base = _used(kind, base, _rows_of(kind, row), row.version, row.facts)
        elif wanted is not None and wanted != base.tables.get(named):
            shipped = load_reference(None)
            info = next((info for info in shipped.infos if (info.name, info.version) == (named, wanted)), None)
            base = kind.use(base, tuple(kind.of(shipped)), info) if info else base
    base = replace(
        base,
        roster=base.roster if "roster" in tables else None,
        directory=base.directory if "providers" in tables else None,
    )
    gone = [name for name, version in tables.items() if base.tables.get(name) != version]
    if gone:
        raise ReferenceDataError(f"the version of the table {gone[0]} that was decided by is not kept here")
    return base
