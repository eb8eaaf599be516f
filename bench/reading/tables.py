"""The figures of a run as Markdown tables."""

from collections.abc import Callable, Sequence
from typing import Any

from bench.reading.score import Item, upper_bound

Result = dict[str, Any]


def items_of(results: Sequence[Result]) -> list[Item]:
    """Give every item of the results."""
    return [Item.from_json(item) for result in results for item in result["items"]]


def main_table(results: Sequence[Result]) -> str:
    """One row for each condition, and one for all but the conditions without a fax."""
    head = (
        "condition",
        "pages",
        "critical values",
        "exact %",
        "accepted %",
        "wrong of accepted",
        "% (95 % bound)",
        "called missing %",
        "called filled %",
        "upright %",
        "CPU s a page",
    )
    rows = [_row(head), _row(["---"] * len(head))]
    conditions = sorted({r["condition"] for r in results}, key=_order)
    rows += [_row(_figures(name, [r for r in results if r["condition"] == name])) for name in conditions]
    rows.append(_row(_figures("all", results)))
    return "\n".join(rows)


def by_group(results: Sequence[Result], title: str, key: Callable[[Result, Item], str]) -> str:
    """Exact and accepted shares of critical values, grouped."""
    groups: dict[str, list[Item]] = {}
    for result in results:
        for data in result["items"]:
            item = Item.from_json(data)
            if item.critical:
                groups.setdefault(key(result, item), []).append(item)
    rows = [_row((title, "n", "exact %", "accepted %", "wrong of accepted")), _row(["---"] * 5)]
    for name in sorted(groups):
        filled = [i for i in groups[name] if i.truth is not None]
        accepted = [i for i in groups[name] if i.accepted]
        wrong = sum(i.accepted_wrong for i in accepted)
        shares = (
            _share(sum(i.exact for i in filled), len(filled)),
            _share(sum(i.accepted for i in filled), len(filled)),
        )
        rows.append(_row((name, str(len(filled)), *shares, f"{wrong} of {len(accepted)}")))
    return "\n".join(rows)


def peer_table(results: Sequence[Result]) -> str:
    """Values right and CPU seconds of Inlet and of its peers on the same pages."""
    names = sorted({p["peer"] for r in results for p in r["peers"]})
    if not names:
        return ""
    rows = [
        _row(
            (
                "condition",
                "Inlet: in its field %",
                *(f"{n}: anywhere in the text %" for n in names),
                "Inlet s",
                *(f"{n} s" for n in names),
            )
        )
    ]
    rows.append(_row(["---"] * (3 + 2 * len(names))))
    for condition in [*sorted({r["condition"] for r in results}, key=_order), "all"]:
        chosen = [r for r in results if condition in {"all", r["condition"]} and r["peers"]]
        items = [i for i in items_of(chosen) if i.critical and i.truth is not None and i.field != "request.type"]
        seen = [[p for r in chosen for p in r["peers"] if p["peer"] == n] for n in names]
        shares = [_share(sum(p["right"] for p in ps), sum(p["total"] for p in ps)) for ps in seen]
        seconds = [f"{sum(p['seconds'] for p in ps) / max(1, len(ps)):.2f}" for ps in seen]
        mine = f"{sum(r['seconds'] for r in chosen) / max(1, len(chosen)):.2f}"
        rows.append(_row((condition, _share(sum(i.exact for i in items), len(items)), *shares, mine, *seconds)))
    return "\n".join(rows)


def _figures(name: str, results: Sequence[Result]) -> Sequence[str]:
    items = [i for i in items_of(results) if i.critical]
    filled, blank = [i for i in items if i.truth is not None], [i for i in items if i.truth is None]
    accepted = [i for i in items if i.accepted]
    wrong = sum(i.accepted_wrong for i in accepted)
    return (
        name,
        str(len(results)),
        str(len(filled)),
        _share(sum(i.exact for i in filled), len(filled)),
        _share(sum(i.accepted for i in filled), len(filled)),
        f"{wrong} of {len(accepted)}",
        f"{_share(wrong, len(accepted), 2)} ({upper_bound(wrong, len(accepted)):.2f})",
        _share(sum(i.called_missing for i in filled), len(filled)),
        _share(sum(i.called_filled for i in blank), len(blank)),
        _share(sum(r["upright"] for r in results), len(results)),
        f"{sum(r['seconds'] for r in results) / max(1, len(results)):.2f}",
    )


def _share(part: float, whole: float, places: int = 1) -> str:
    return f"{100 * part / whole:.{places}f}" if whole else "-"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _order(condition: str) -> tuple[int, int]:
    resolution, _, severity = condition.partition("-")
    return (("fine", "standard").index(resolution), ("none", "light", "medium", "heavy").index(severity))
