"""``inlet sending``: where notices stand on their way out, and the one switch that stops and resumes all of it."""

import json
import sys
from typing import Annotated

import typer

Way = Annotated[str, typer.Option("--way", help="Only what goes by fax, email or sftp; left out: everything.")]
app = typer.Typer(help="Notices on their way out: where they stand, stop, resume.", add_completion=False)


@app.callback(invoke_without_command=True)
def status(
    context: typer.Context, *, as_json: Annotated[bool, typer.Option("--json", help="For a program to read.")] = False
) -> None:
    """Show whether notices go out, the lines, and how many notices wait, are on their way, or need a person."""
    if context.invoked_subcommand is not None:
        return
    from desk.cli.records import open_records

    open_records()
    from desk.cases import sending
    from desk.lifecycle import NoticeState
    from desk.records.models import LineStatus, Notice

    stopped, lines = sending.is_stopped(), list(LineStatus.objects.all())
    data = {
        "stopped": {"by": stopped.by_name, "reason": stopped.reason, "at": stopped.at.isoformat()} if stopped else None,
        "stopped_ways": {way: row.reason for way, row in sending.stopped_ways().items()},
        "lines": [
            {"way": row.way, "lines": row.lines, "problem": row.problem_message or None}
            for row in LineStatus.objects.all()
        ],
        "on_the_line": sending.on_the_line(),
        "waiting": sending.waiting().count(),
        "held": Notice.objects.filter(state=NoticeState.HELD).count(),
        "failed": Notice.objects.filter(state=NoticeState.FAILED).count(),
    }
    if as_json:
        sys.stdout.write(json.dumps(data, indent=2) + "\n")
        return
    words = [f"stopped by {stopped.by_name}: {stopped.reason}" if stopped else "notices go out"]
    words += [f"{way} is stopped by {row.by_name}: {row.reason}" for way, row in sending.stopped_ways().items()]
    words += [f"{row.way}: {row.problem_message or f'well, {len(row.lines)} lines'}" for row in lines]
    words += [f"{name.replace('_', ' ')}: {data[name]}" for name in ("on_the_line", "waiting", "held", "failed")]
    sys.stdout.write("\n".join(words) + "\n")


@app.command()
def stop(reason: Annotated[str, typer.Argument(help="Why, for those who come after you.")], *, way: Way = "") -> None:
    """Stop all sending, or one way; what is on the line already goes through."""
    _turn(stop=True, reason=reason, way=way)


@app.command()
def resume(*, way: Way = "") -> None:
    """Let notices go out again, urgent ones first."""
    _turn(stop=False, reason="", way=way)


def _turn(*, stop: bool, reason: str, way: str) -> None:
    from desk.cli.records import open_records

    open_records()
    import getpass

    from desk.cases import sending
    from desk.cases.actor import Actor
    from desk.lifecycle import Role

    who = Actor(f"{getpass.getuser()} (command line)", frozenset({Role.SUPERVISOR}))
    sending.turn(stop=stop, reason=reason, actor=who, way=way)
    sys.stdout.write("sending is stopped\n" if stop else "notices go out again\n")
