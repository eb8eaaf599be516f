"""``inlet why``, ``what-if``, ``redecide``, ``replay``: what was decided, why, and under which tables."""

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from desk.cases.actor import Actor
    from desk.records.models import Request
    from desk.trying import Trial

AsJson = Annotated[bool, typer.Option("--json", help="Print it for a program to read.")]


def why(
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help="A request's reference.")],
    *,
    line: Annotated[int | None, typer.Option(metavar="N", help="Only who decides line N (1 is the first).")] = None,
    revision: Annotated[int | None, typer.Option(metavar="N", help="As it was decided at revision N.")] = None,
    detail: Annotated[bool, typer.Option(help="Rules, grid rows and facts beside the words.")] = True,
    as_json: AsJson = False,
) -> None:
    """Say why a request's pages, priority, due date, gaps and routes are as they are, and what would change them."""
    from desk.cli.records import open_records

    open_records()
    from desk.explaining import why as explain_request

    found = explain_request(_request(reference), revision, line=line)
    if as_json:
        _print_json(found.to_json())
        return
    from rich.console import Console
    from rich.markup import escape

    console = Console(soft_wrap=False)
    console.print(f"[bold]{found.reference}[/]  revision {found.revision}, {found.cause}")
    if found.note:
        console.print(f"[yellow]{escape(found.note)}[/]")
    for section in found.sections:
        console.print(f"\n[bold]{section.question}[/]")
        for answer in section.answers:
            console.print(f"  {escape(answer)}")
        for fact in section.detail if detail else ():
            console.print(f"    [dim]{escape(fact)}[/]")


def what_if(
    draft: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, metavar="DRAFT", help="A draft as CSV or XLSX.")
    ],
    *,
    table: Annotated[str, typer.Option(help="The table that the draft is of.")] = "grid",
    since: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Only what came in since that day.")] = None,
    as_json: AsJson = False,
) -> None:
    """Decide stored requests under a draft table and list what would move; nothing is changed."""
    from desk.cli.records import open_records

    open_records()
    from desk.cases.tables import draft_reference
    from desk.cli.reference import refused_rows
    from desk.trying import try_draft

    with refused_rows():
        reference = draft_reference(table, draft)
    trial = try_draft(reference, since=_day(since))
    if as_json:
        _print_json(trial.to_json())
        return
    _print_trial(trial)


def redecide(
    references: Annotated[
        list[str] | None, typer.Argument(metavar="[REFERENCE]...", help="Only these (default: all that would move).")
    ] = None,
    *,
    open_: Annotated[
        bool, typer.Option("--open", help="Decide the open requests again that come out otherwise.")
    ] = False,
    by: Annotated[
        str | None, typer.Option("--by", help="Sign-in name of the senior clerk or supervisor who wants it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the open requests that the tables in force would decide otherwise; with --open, decide these again.

    What was handed over is never touched. A request that is decided again waits for its release, as after a
    correction, and its trail says who wanted it.
    """
    from desk.cli.records import open_records

    open_records()
    from desk.cases.open_again import decide_again, would_move
    from desk.cases.tables import current_reference

    wanted = [_request(reference).reference for reference in references or ()]
    trial = would_move(current_reference()).only(wanted)
    if not open_:
        _print_json(trial.to_json()) if as_json else _print_trial(trial, "open requests decided by other tables")
        return
    again = decide_again(
        wanted or [each.move.reference for each in trial.moved], actor=_person(by), tables=current_reference()
    )
    if as_json:
        _print_json({"decided": list(again.decided), "left": dict(again.left)})
        return
    sys.stdout.write(f"{len(again.decided)} decided again, {len(again.left)} left as they are\n")
    sys.stdout.write("".join(f"  {reference}\n" for reference in again.decided))
    sys.stdout.write("".join(f"  {reference}: left, {reason}\n" for reference, reason in again.left))


def _person(name: str | None) -> "Actor":
    from django.contrib.auth.models import User

    from desk.cases.actor import actor_of
    from desk.errors import DeskError

    if name is None:
        raise DeskError("say who wants it, with --by and a sign-in name")
    person = User.objects.filter(username=name, is_active=True).first()
    if person is None:
        raise DeskError(f"there is nobody called {name!r}; inlet user list shows everybody")
    return actor_of(person)


def _print_trial(trial: "Trial", looked_at: str = "requests looked at") -> None:
    from rich.console import Console

    console = Console()
    console.print(f"{trial.looked_at} {looked_at}, {len(trial.moved)} would come out otherwise.")
    for (here, there), count in sorted(trial.ways.items()):
        console.print(f"  {count} line{'s' if count != 1 else ''}: {here.value} → {there.value}")
    for moved in trial.moved:
        console.print(f"[bold]{moved.move.reference}[/] ({moved.state.replace('_', ' ')})")
        for place, a, b in moved.move.routes:
            console.print(
                f"  line {place + 1} {moved.codes[place]}: {a.processor.value} → {b.processor.value} ({b.rule})"
            )
        if moved.move.due:
            was, now = (each.isoformat(timespec="minutes") if each else "none" for each in moved.move.due)
            console.print(f"  due {was} → {now}")
        for word, gaps in (("new gap", moved.move.gaps_added), ("closed gap", moved.move.gaps_closed)):
            console.print("\n".join(f"  {word}: {gap}" for gap in gaps)) if gaps else None


def replay(
    reference: Annotated[str | None, typer.Argument(metavar="REFERENCE", help="One request (default: all).")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Make every stored decision again under the tables of its day and compare; status 1 when one differs."""
    from desk.cli.records import open_records

    open_records()
    from desk.cases.replay import replay_all

    found = replay_all(_request(reference).reference if reference else None)
    if as_json:
        data = {
            "same": found.same,
            "reworded": found.reworded,
            "different": dict(found.different),
            "untold": dict(found.untold),
        }
        _print_json(data)
    else:
        sys.stdout.write(f"{found.same} decisions came out the same, {len(found.different)} differ")
        sys.stdout.write(f", {len(found.untold)} could not be replayed\n" if found.untold else "\n")
        for name, told in (*found.different, *found.untold):
            sys.stdout.write(f"  {name}: {told}\n")
    if found.different:
        raise typer.Exit(1)


def _request(reference: str) -> "Request":
    from desk.errors import DeskError
    from desk.records.models import Request

    request = Request.objects.filter(reference__iexact=reference.strip()).first()
    if request is None:
        raise DeskError(f"there is no request {reference!r}; inlet status --all lists them")
    return request


def _day(text: str | None) -> dt.datetime | None:
    from terms.dates import PACIFIC

    if text is None:
        return None
    try:
        return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(), PACIFIC)
    except ValueError as error:
        raise typer.BadParameter("not a day such as 2026-11-20", param_hint="--since") from error


def _print_json(data: object) -> None:
    json.dump(data, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
