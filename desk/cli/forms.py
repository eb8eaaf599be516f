"""``inlet forms``: learn a form from its blank, see how well it is found on filled copies, list what is known."""

import contextlib
import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from terms.dates import PACIFIC

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from extract.forms.definition import FormDefinition

app = typer.Typer(
    help="Known forms: learn one from its blank, check it, list them (docs/forms.md).", no_args_is_help=True
)


@app.command("learn")
def learn_form(
    blank: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The blank form: PDF, TIFF, PNG or JPEG.")],
    *,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Small letters and hyphens (default: the file's name).")
    ] = None,
    edition: Annotated[
        str | None, typer.Option(metavar="EDITION", help="Which edition this is (default: today's date).")
    ] = None,
    title: Annotated[str, typer.Option(help="What people call the form.")] = "",
    out: Annotated[
        Path | None, typer.Option(file_okay=False, metavar="DIR", help="Where to write it (default: reading.forms).")
    ] = None,
) -> None:
    """Make a definition from the blank form BLANK; print it as a table and draw it as pictures to look at."""
    folder = out or _own_folder()
    if folder is None:
        raise typer.BadParameter("say where with --out, or set forms in [reading] of inlet.toml", param_hint="--out")
    today = dt.datetime.now(PACIFIC).date()

    from rich.console import Console

    from extract.forms.definition import load_definition
    from extract.forms.learn import learn
    from extract.forms.picture import write_pictures

    proposal = learn(
        blank, folder, form_id=name or _slug(blank.stem), edition=edition or today.isoformat(), title=title, today=today
    )
    form = load_definition(proposal.folder)
    console = Console()
    _table(form, console)
    for doubt in proposal.doubts:
        console.print(f"[yellow]look at this:[/] {doubt}", highlight=False)
    for path in write_pictures(form, proposal.folder):
        console.print(f"picture {path}", highlight=False, soft_wrap=True)
    console.print(f"definition {proposal.folder / 'form.toml'}", highlight=False, soft_wrap=True)
    console.print("Look at the pictures and mend form.toml before faxes come in; it is in use from the next page on.")


@app.command("check")
def check_form(
    form: Annotated[
        str, typer.Argument(metavar="BLANK-OR-NAME", help="A blank file, or a known form (id or id@edition).")
    ],
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Filled copies, or other faxes.")],
) -> None:
    """Tell how surely the form is found on every page of FILES."""
    from rich.console import Console
    from rich.table import Table

    from extract.forms.check import check_files

    console = Console()
    table = Table("file", "page", "form", "page of it", "quality", "landmarks", "print", "off by")
    found = total = 0
    with _forms_of(form) as chosen:
        for finding in check_files(files, chosen):
            total += 1
            found += finding.found
            if finding.problem or finding.form is None:
                table.add_row(finding.file, str(finding.page), finding.problem or "none", "", "", "", "", "")
                continue
            verdict = "[green]" if finding.found else "[red]not sure: "
            shares = (f"{finding.quality:.2f}", f"{finding.landmarks:.0%}", f"{finding.agreed:.0%}")
            where = (finding.file, str(finding.page), f"{verdict}{finding.form}[/]", str(finding.form_page))
            table.add_row(*where, *shares, f"{finding.residual:.1f} px")
    console.print(table)
    console.print(f"{found} of {total} pages are read as this form; a page counts from quality 0.66.")


@app.command("list")
def list_forms() -> None:
    """List every known form with its edition."""
    from rich.console import Console
    from rich.table import Table

    from extract.forms.library import library, use_folder

    use_folder(_own_folder())
    known = library()
    table = Table("form", "edition", "title", "pages", "zones", "boxes", "in force")
    for form in known.forms.values():
        zones, boxes = (sum(len(part) for part in parts) for parts in _parts(form))
        since = f"{form.effective_from or ''} - {form.effective_to or ''}"
        table.add_row(form.id, form.edition, form.title, str(len(form.pages)), str(zones), str(boxes), since)
    console = Console()
    console.print(table)
    for fault in known.faults:
        console.print(f"[red]{fault}[/]")
    if known.faults:
        raise typer.Exit(1)


def _parts(form: "FormDefinition") -> "tuple[list[Sequence[object]], list[Sequence[object]]]":
    return [p.zones for p in form.pages], [p.checks for p in form.pages]


def _own_folder() -> Path | None:
    from desk.config import current_settings

    return current_settings().reading.forms


def _slug(text: str) -> str:
    words = "".join(c.lower() if c.isascii() and c.isalnum() else " " for c in text).split()
    return "-".join(words)[:60] or "form"


def _table(form: "FormDefinition", console: "Console") -> None:
    from rich.table import Table

    from extract.forms.picture import rows

    table = Table("page", "what", "label", "box", title=f"{form.name}: {form.title}")
    for row in rows(form):
        table.add_row(*row)
    console.print(table)


@contextlib.contextmanager
def _forms_of(text: str) -> "Iterator[list[FormDefinition]]":
    """The definitions meant: of a blank file, learned for the moment, or known ones by name."""
    from extract.errors import FormError
    from extract.forms.definition import load_definition
    from extract.forms.learn import learn
    from extract.forms.library import library, use_folder

    if Path(text).is_file():
        with tempfile.TemporaryDirectory(prefix="inlet-form-") as scratch:
            today = dt.datetime.now(PACIFIC).date()
            made = learn(Path(text), Path(scratch), form_id=_slug(Path(text).stem), edition="blank", today=today)
            yield [load_definition(made.folder)]
        return
    use_folder(_own_folder())
    chosen = [form for form in library().forms.values() if text in {form.id, form.name}]
    if not chosen:
        names = ", ".join(library().forms)
        raise FormError(f"there is neither a file nor a form called {text}; known are {names}")
    yield chosen
