"""Reference data in the records: imported as a whole table or not at all, and read back for deciding.

Grid, roster, provider directory, processors and vendors live in the database, where the admin can
show and mend them; holidays, clocks and code lists come from ``reference_dir`` or the shipped
tables. Every import or edit makes a new :class:`ReferenceVersion`, which decisions name.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from classify import directory, grid, offices, roster
from classify.codesets import CodeEntry, build_procedures
from classify.errors import TableError
from classify.reference import Reference, grid_procedures, load_reference
from classify.sheet import Sheet, TableInfo, open_csv
from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.errors import ReferenceDataError
from desk.records.models import GridRow, Member, ProcedureCode, Processor, Provider, ReferenceVersion, Vendor
from terms import names
from terms.codes import HcpcsCode

_BATCH = 2000
_IMPORTED = "sha256:"


@dataclass(frozen=True, slots=True)
class TableKind:
    """One table that can be imported: its file name, required columns, how it is read and stored."""

    name: str
    file: str
    columns: tuple[str, ...]
    model: type[models.Model]
    rows: Callable[[Sheet, TableInfo], Iterable[models.Model]]


def _grid_rows(sheet: Sheet, info: TableInfo) -> Iterable[GridRow]:
    for row in grid.read_grid(sheet, info).rows:
        yield GridRow(
            code=row.first,
            code_to="" if row.first == row.last else row.last,
            description=row.description,
            category=row.category,
            service=row.service.value,
            pa_required=row.pa_required.value,
            processor=row.processor.value,
            vendor=row.vendor or "",
            effective_from=row.effective_from,
            effective_to=row.effective_to,
            source=row.source[:200],
            basis=row.basis[:40],
        )


def _members(sheet: Sheet, info: TableInfo) -> Iterable[Member]:
    for row in roster.read_roster(sheet, info).members():
        yield Member(
            cin=row.cin,
            last_name=row.last_name,
            first_name=row.first_name,
            date_of_birth=row.date_of_birth,
            address=row.address,
            phone=row.phone,
            line_of_business=row.line_of_business.value,
            medical_group=row.medical_group.value,
            effective_from=row.effective_from,
            effective_to=row.effective_to,
        )


def _providers(sheet: Sheet, info: TableInfo) -> Iterable[Provider]:
    for row in directory.read_directory(sheet, info).providers():
        yield Provider(
            npi=row.npi,
            name=row.name,
            credentials=row.credentials,
            clinic=row.clinic,
            address=row.address,
            phone=row.phone,
            fax=row.fax,
            fax_verified=row.fax_verified,
            fax_verified_on=row.fax_verified_on,
        )


def _processors(sheet: Sheet, info: TableInfo) -> Iterable[Processor]:
    for row in offices.read_offices(sheet, info).offices():
        yield Processor(
            code=row.processor.value,
            name=row.name,
            phones=";".join(row.phones),
            faxes=";".join(row.faxes),
            email=row.email,
            questions_email=row.questions_email,
            hours=row.hours,
            handover=row.handover,
            handover_target=row.handover_target,
            source=row.source[:200],
        )


def _vendors(sheet: Sheet, info: TableInfo) -> Iterable[Vendor]:
    for row in offices.read_vendors(sheet, info).vendors():
        yield Vendor(
            vendor_id=row.id,
            name=row.name,
            categories=";".join(row.categories),
            address=row.address,
            phone=row.phone,
            fax=row.fax,
            effective_from=row.effective_from,
            effective_to=row.effective_to,
            source=row.source[:200],
        )


CODE_COLUMNS = ("code", "description")


def _codes(sheet: Sheet, info: TableInfo) -> Iterable[ProcedureCode]:
    del info
    seen: dict[str, int] = {}
    found = []
    for row in sheet.rows():
        code = row.parsed("code", HcpcsCode.parse, "is not a HCPCS or CPT code; write it like E0143")
        start, end = row.date("effective_from"), row.date("effective_to")
        if code is None:
            continue
        if code.value in seen:
            row.fault("code", f"stands in row {seen[code.value]} too; keep one")
        seen[code.value] = row.number
        description = row.text("description")
        found.append(ProcedureCode(code=code.value, description=description, effective_from=start, effective_to=end))
    sheet.finish()
    return found


TABLES: dict[str, TableKind] = {
    kind.name: kind
    for kind in (
        TableKind("grid", "grid.csv", grid.GRID_COLUMNS, GridRow, _grid_rows),
        TableKind("codes", "codes.csv", CODE_COLUMNS, ProcedureCode, _codes),
        TableKind("roster", "roster.csv", roster.ROSTER_COLUMNS, Member, _members),
        TableKind("providers", "providers.csv", directory.PROVIDER_COLUMNS, Provider, _providers),
        TableKind("processors", "processors.csv", offices.PROCESSOR_COLUMNS, Processor, _processors),
        TableKind("vendors", "vendors.csv", offices.VENDOR_COLUMNS, Vendor, _vendors),
    )
}
"""The tables that can be imported, by name."""


def _rows(kind: TableKind) -> models.QuerySet[models.Model]:
    return models.QuerySet(model=kind.model)


def import_table(name: str, path: Path, *, actor: Actor) -> ReferenceVersion:
    """Put a CSV file in the place of the table ``name``; one faulty row refuses the whole file.

    The same file again changes nothing and gives the version that is in force.

    Raises :class:`desk.errors.ReferenceDataError` with a sentence for each faulty row.
    """
    kind = TABLES.get(name)
    if kind is None:
        msg = f"there is no table {name!r}; the tables are {', '.join(TABLES)}"
        raise ReferenceDataError(msg)
    try:
        sheet = open_csv(path, kind.columns)
        info = TableInfo(name=name, version=f"{_IMPORTED}{sheet.digest[:12]}", source=path.name)
        rows = list(kind.rows(sheet, info))
    except TableError as error:
        raise ReferenceDataError(str(error), rows=tuple(str(fault) for fault in error.faults)) from error
    with transaction.atomic():
        current = current_version(name)
        if current and current.sha256 == sheet.digest:
            return current
        _rows(kind).delete()
        _rows(kind).bulk_create(rows, batch_size=_BATCH)
        return _new_version(name, info.version, sheet.digest, len(rows), actor)


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
            last = ReferenceVersion.objects.filter(table=kind.name, version__startswith=_IMPORTED).first()
            if last is None or last.sha256 != hashlib.sha256(path.read_bytes()).hexdigest():
                made.append(import_table(kind.name, path, actor=actor))
    return tuple(made)


def record_edit(name: str, *, actor: Actor) -> ReferenceVersion:
    """Say that rows of a table were edited by hand, so that decisions from now on name another version."""
    with transaction.atomic():
        count = _rows(TABLES[name]).count()
        number = ReferenceVersion.objects.filter(table=name).count() + 1
        moment = timezone.now()
        digest = hashlib.sha256(f"{name}:{number}:{moment.isoformat()}".encode()).hexdigest()
        return _new_version(name, f"edited:{moment:%Y-%m-%dT%H:%M:%S}:{number}", digest, count, actor)


def _new_version(name: str, version: str, digest: str, rows: int, actor: Actor) -> ReferenceVersion:
    made = ReferenceVersion.objects.create(
        table=name, version=version, sha256=digest, rows=rows, loaded_at=timezone.now(), loaded_by=actor.name
    )
    note(actor, "reference.changed", detail={"table": name, "version": version, "rows": rows})
    return made


def current_version(name: str) -> ReferenceVersion | None:
    """Give the version of a table that is in force, or ``None`` if it was never imported."""
    return ReferenceVersion.objects.filter(table=name).order_by("-id").first()


_cached: tuple[tuple[object, ...], Reference] | None = None


def current_reference() -> Reference:
    """Give the reference data in force: imported tables over those of ``reference_dir`` or the shipped ones.

    Kept between calls until a version changes.
    """
    global _cached  # noqa: PLW0603  (one value for the process, replaced whole)
    versions = {name: current_version(name) for name in TABLES}
    folder = settings.INLET.reference_dir
    key = (str(folder), *(version.sha256 if version else "" for version in versions.values()))
    if _cached and _cached[0] == key:
        return _cached[1]
    reference = _from_records(load_reference(folder), versions)
    _cached = (key, reference)
    return reference


def _from_records(base: Reference, versions: dict[str, ReferenceVersion | None]) -> Reference:
    def info(name: str) -> TableInfo | None:
        version = versions[name]
        return TableInfo(name=name, version=version.version, source="records") if version else None

    if kept := info("codes"):
        entries = {row.code: _code_entry(row) for row in ProcedureCode.objects.iterator()}
        base = replace(base, procedures=build_procedures(entries, replace(kept, name="hcpcs")))
    if kept := info("grid"):
        rows = grid.build_grid(map(_grid_row, GridRow.objects.order_by("id")), kept)
        base = replace(base, grid=rows, procedures=grid_procedures(rows, base=base.procedures))
    if kept := info("roster"):
        base = replace(base, roster=roster.build_roster(map(_member, Member.objects.iterator()), kept))
    if kept := info("providers"):
        base = replace(base, directory=directory.build_directory(map(_provider, Provider.objects.iterator()), kept))
    if kept := info("processors"):
        base = replace(base, processors=offices.build_offices(map(_office, Processor.objects.all()), kept))
    if kept := info("vendors"):
        base = replace(base, vendors=offices.build_vendors(map(_vendor, Vendor.objects.all()), kept))
    return base


def _grid_row(row: GridRow) -> grid.GridRow:
    return grid.GridRow(
        number=row.pk,
        first=row.code,
        last=row.code_to or row.code,
        processor=names.Processor(row.processor),
        category=row.category,
        service=grid.Service(row.service),
        pa_required=grid.PaRule(row.pa_required),
        description=row.description,
        vendor=row.vendor or None,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        source=row.source,
        basis=row.basis,
    )


def _code_entry(row: ProcedureCode) -> CodeEntry:
    return CodeEntry(row.description, row.effective_from, row.effective_to)


def _member(row: Member) -> roster.Member:
    return roster.Member(
        cin=row.cin,
        last_name=row.last_name,
        first_name=row.first_name,
        date_of_birth=row.date_of_birth,
        line_of_business=roster.LineOfBusiness(row.line_of_business),
        medical_group=roster.MedicalGroup(row.medical_group),
        address=row.address,
        phone=row.phone,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
    )


def _provider(row: Provider) -> directory.Provider:
    return directory.Provider(
        npi=row.npi,
        name=row.name,
        credentials=row.credentials,
        clinic=row.clinic,
        address=row.address,
        phone=row.phone,
        fax=row.fax,
        fax_verified=row.fax_verified,
        fax_verified_on=row.fax_verified_on,
    )


def _office(row: Processor) -> offices.Office:
    return offices.Office(
        processor=names.Processor(row.code),
        name=row.name,
        phones=_list(row.phones),
        faxes=_list(row.faxes),
        email=row.email,
        questions_email=row.questions_email,
        hours=row.hours,
        handover=row.handover,
        handover_target=row.handover_target,
        source=row.source,
    )


def _vendor(row: Vendor) -> offices.Vendor:
    return offices.Vendor(
        id=row.vendor_id,
        name=row.name,
        categories=_list(row.categories),
        address=row.address,
        phone=row.phone,
        fax=row.fax,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        source=row.source,
    )


def _list(text: str) -> tuple[str, ...]:
    """Split a stored list; a telephone extension (``;ext=5``) stays with its number."""
    return tuple(part for part in re.split(r";(?!ext=)", text) if part)
