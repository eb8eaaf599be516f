"""``inlet quality``: how right accepted values are, confidence refitted from samples, lessons from corrections."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from desk.cases.actor import Actor
    from reconcile.refit import Refit

app = typer.Typer(
    help="Quality sampling: refit confidence from what people keyed again, gather lessons from corrections.",
    no_args_is_help=True,
)

By = Annotated[str, typer.Option("--by", help="Sign-in name of the supervisor who stands for it.")]
Why = Annotated[str, typer.Option("--why", help="Why, for the record.")]


@app.command()
def refit(
    *,
    adopt: Annotated[bool, typer.Option("--adopt", help="Bring it into force for what is read from now on.")] = False,
    by: By = "",
    why: Why = "",
) -> None:
    """Fit confidence anew from the quality samples of the last 180 days; print before and after, kind by kind.

    Without --adopt nothing changes. A bar is raised where the samples show that the target is missed, and
    lowered only where they bear it out; nothing is accepted that the reader itself would not accept.
    """
    from desk.cli.records import open_records

    open_records()
    from django.conf import settings
    from django.utils import timezone

    from desk.cases import refit as cases

    found = cases.fitted(timezone.now())
    _print(found, settings.INLET.quality.target)
    if adopt:
        row = cases.adopt(found, why, actor=_person(by))
        sys.stdout.write(f"table {row.pk} is in force; inlet quality take-up 0 goes back to the reader's own\n")


@app.command()
def tables() -> None:
    """List every confidence table that was in force, newest first; the first is."""
    from desk.cli.records import open_records

    open_records()
    from rich.console import Console
    from rich.table import Table

    from desk.records.models import ConfidenceRefit

    table = Table("table", "from", "kinds", "sampled values", "by", "why")
    for row in ConfidenceRefit.objects.all():
        kinds = ", ".join(sorted(row.table)) or "the reader's own"
        table.add_row(str(row.pk), f"{row.at:%Y-%m-%d %H:%M}", kinds, str(row.values), row.by_name, row.why)
    Console().print(table)


@app.command("take-up")
def take_up(
    number: Annotated[int, typer.Argument(help="The table; 0 is the reader's own confidence.", min=0)],
    *,
    by: By,
    why: Why,
) -> None:
    """Bring an earlier confidence table into force again."""
    from desk.cli.records import open_records

    open_records()
    from desk.cases import refit as cases

    row = cases.take_up(number, why, actor=_person(by))
    sys.stdout.write(f"table {row.pk} is in force\n")


@app.command()
def learn() -> None:
    """Gather what clerks keep correcting into proposals for the page of lessons; runs by itself every night."""
    from desk.cli.records import open_records

    open_records()
    from django.utils import timezone

    from desk.cases.lessons_seen import gather

    sys.stdout.write(f"{gather(timezone.now())} proposals wait for a supervisor\n")


def _person(name: str) -> "Actor":
    from django.contrib.auth.models import User

    from desk.cases.actor import actor_of
    from desk.errors import DeskError

    person = User.objects.filter(username=name, is_active=True).first()
    if person is None:
        raise DeskError(f"there is nobody called {name!r}; give the supervisor who stands for it with --by")
    return actor_of(person)


def _print(found: "tuple[Refit, ...]", target: float) -> None:
    from rich.console import Console
    from rich.table import Table

    if not found:
        sys.stdout.write("nothing was sampled in the last 180 days\n")
        return
    console = Console()
    named = ("kind", "values", "wrong", "loss before", "after", "bar before", "after", "to a person", "caught")
    told = Table(*named, "wrong over the bar", "", title=f"Refit; at most {target:.2%} wrong allowed")
    for each in found:
        interval = each.over.interval
        over = f"{each.over.count} of {each.over.of}" + (f" (at most {interval[1]:.2%})" if interval else "")
        sums = (str(each.values), str(each.wrong), f"{each.loss_before:.5f}", f"{each.loss_after:.5f}")
        bars = (_bar(each.before.least), _bar(each.after.least), str(each.more), str(each.caught))
        told.add_row(each.kind, *sums, *bars, over, each.why)
    console.print(told)
    bands = Table(
        "kind", "confidence", "values", "said", "right", "after: values", "said", "right", title="Reliability"
    )
    for each in found:
        for before, after in zip(each.bands_before, each.bands_after, strict=True):
            if before.count or after.count:
                bands.add_row(each.kind, before.name, *_band(before.count, before.said, before.right),
                              *_band(after.count, after.said, after.right))  # fmt: skip
    console.print(bands)


def _bar(least: float) -> str:
    return "the reader's" if least == 0 else "everything" if least > 1 else f"{least:.4f}"


def _band(count: int, said: float, right: int) -> tuple[str, str, str]:
    return (str(count), f"{said:.4f}", f"{right / count:.4f}") if count else ("0", "", "")
