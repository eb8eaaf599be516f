"""Fit the line reader on faxed views of the drawn lines.

    python -m extract.training.train --shards FOLDER --out FOLDER --until 2026-01-31T06:00+00:00 --processes 2

Runs until the given time and spreads its learning rate over it (cosine), so it may share a machine.
Every few minutes the state goes to ``state.pt`` (from which it resumes) and the averaged network to
``average.pt``; ``progress.jsonl`` gets a line with the score on lines that are not trained on.
Shards that appear while it runs are picked up.
"""

import argparse
import datetime as dt
import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import distributed, multiprocessing, nn

from extract.readers.line_image import Ink
from extract.training.alphabet import ALPHABET, encode
from extract.training.model import STEP, LineNet
from extract.training.shards import Shard, shards
from extract.training.views import view

_KIND_DROPPED = 0.5
_POOL = 768
_BUCKET = 32
_WARM_STEPS = 300
_SAVE_SECONDS = 240.0
_HELD_OUT = 400
_MEET_STEPS = 8
_LONG = 330
_LONG_SKIPPED = 0.65


@dataclass(slots=True)
class Batch:
    """Views of about one width: ink (n, 1, 40, w), kinds, steps of each, and the texts."""

    ink: torch.Tensor
    kinds: torch.Tensor
    steps: torch.Tensor
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to train on, until when, and how hard."""

    shards: Path
    out: Path
    until: float
    processes: int
    rate: float
    pixels: int
    seed: int


def collate(views: list[tuple[Ink, int, str]]) -> Batch:
    """Put views into one batch, padded with white on the right."""
    widest = -(-max(ink.shape[1] for ink, _, _ in views) // _BUCKET) * _BUCKET
    batch = np.zeros((len(views), 1, views[0][0].shape[0], widest), dtype=np.float32)
    for place, (ink, _, _) in enumerate(views):
        batch[place, 0, :, : ink.shape[1]] = ink
    steps = [ink.shape[1] // STEP for ink, _, _ in views]
    return Batch(
        torch.from_numpy(batch), torch.tensor([k for _, k, _ in views]), torch.tensor(steps), [t for _, _, t in views]
    )


def pool(sources: list[Shard], rng: np.random.Generator, count: int) -> list[tuple[Ink, int, str]]:
    """Draw ``count`` views from random lines, the kind told in half of them, long lines less often than drawn."""
    views: list[tuple[Ink, int, str]] = []
    while len(views) < count:
        shard = sources[int(rng.integers(len(sources)))]
        index = int(rng.integers(len(shard)))
        if shard.frames[index, 2] - shard.frames[index, 0] > _LONG and rng.random() < _LONG_SKIPPED:
            continue
        kind = 0 if rng.random() < _KIND_DROPPED else int(shard.kinds[index])
        views.append((view(shard.page(index), rng), kind, shard.texts[index]))
    return views


def batches(plan: Plan, rank: int, step: int) -> Iterator[Batch]:
    """Yield batches for ever, each of one width (a multiple of 32) and as many lines as fill the plan's columns.

    Few shapes, because the convolution library prepares itself anew, and slowly, for each it has not
    met. Lines that fill no batch wait for the next round.
    """
    rng = np.random.default_rng((plan.seed, rank, step))
    known: dict[Path, Shard] = {}
    waiting: dict[int, list[tuple[Ink, int, str]]] = {}
    while True:
        known |= {path: Shard.load(path) for path in shards(plan.shards) if path not in known}
        if not known:
            time.sleep(5)
            continue
        full: list[list[tuple[Ink, int, str]]] = []
        for one in pool(list(known.values()), rng, _POOL):
            width = -(-one[0].shape[1] // _BUCKET) * _BUCKET
            lines = waiting.setdefault(width, [])
            lines.append(one)
            if len(lines) >= max(4, plan.pixels // width // 4 * 4):
                full.append(lines)
                waiting[width] = []
        for place in rng.permutation(len(full)):
            yield collate(full[place])


def ctc(net: nn.Module, batch: Batch) -> torch.Tensor:
    """Give the loss of a batch, summed over its lines and scaled to about 1 a line."""
    with torch.autocast("cpu", torch.bfloat16):
        scores = net(batch.ink.to(memory_format=torch.channels_last), batch.kinds)
    targets = [encode(text) for text in batch.texts]
    flat = torch.tensor([c for target in targets for c in target], dtype=torch.long)
    lengths = torch.tensor([len(target) for target in targets])
    losses = nn.functional.ctc_loss(
        scores.transpose(0, 1), flat, batch.steps, lengths, reduction="none", zero_infinity=True
    )
    return (losses / lengths.clamp(min=4)).sum() / len(targets)


def greedy(scores: npt.NDArray[np.float32]) -> str:
    """Give the likeliest text of one line's scores (steps by classes)."""
    best = scores.argmax(axis=1)
    kept = [c for c, before in zip(best, np.concatenate([[0], best[:-1]]), strict=True) if c != before and c]
    return " ".join("".join(ALPHABET[c - 1] for c in kept).split())


@torch.no_grad()  # type: ignore[untyped-decorator]  # torch ships no types here
def exact_share(net: nn.Module, held_out: list[tuple[Ink, int, str]]) -> float:
    """Give the share of views read exactly."""
    net.eval()
    right = 0
    for place in range(0, len(held_out), 32):
        batch = collate(held_out[place : place + 32])
        with torch.autocast("cpu", torch.bfloat16):
            scores = net(batch.ink.to(memory_format=torch.channels_last), batch.kinds).numpy()
        right += sum(greedy(s[: int(n)]) == t for s, n, t in zip(scores, batch.steps, batch.texts, strict=True))
    net.train()
    return right / len(held_out)


class Average:
    """Exponential moving average of a network's weights; its buffers are copied."""

    def __init__(self, net: LineNet) -> None:
        self.net = LineNet()
        self.net.load_state_dict(net.state_dict())

    @torch.no_grad()  # type: ignore[untyped-decorator]  # as above
    def update(self, net: LineNet, step: int) -> None:
        """Move towards ``net``."""
        keep = min(0.98, (1 + step) / (10 + step))
        torch._foreach_lerp_(list(self.net.parameters()), list(net.parameters()), 1 - keep)
        for mine, theirs in zip(self.net.buffers(), net.buffers(), strict=True):
            mine.copy_(theirs)


def _meet(net: LineNet, processes: int) -> None:
    """Average the processes' weights and buffers: each learns by itself in between, so none waits for long."""
    if processes == 1:
        return
    values = [v for v in net.state_dict().values() if v.is_floating_point()]
    flat = torch.cat([v.reshape(-1) for v in values])
    distributed.all_reduce(flat)
    flat /= processes
    start = 0
    for value in values:
        value.copy_(flat[start : start + value.numel()].view_as(value))
        start += value.numel()


class Trainer:
    """The state of one training process: network, average, optimiser, how far it has come."""

    def __init__(self, rank: int, plan: Plan) -> None:
        torch.manual_seed(plan.seed)
        self.rank, self.plan = rank, plan
        self.net = LineNet().to(memory_format=torch.channels_last)
        self.average = Average(self.net)
        groups = [
            {"params": [p for p in self.net.parameters() if p.dim() > 1], "weight_decay": 0.02},
            {"params": [p for p in self.net.parameters() if p.dim() <= 1], "weight_decay": 0.0},
        ]
        self.optimiser = torch.optim.AdamW(groups, lr=plan.rate)
        self.step, self.views, self.before = 0, 0, 0.0
        self.losses: list[float] = []
        self._resume()
        self.began = self.saved = time.time()
        self.whole = self.before + max(1.0, plan.until - self.began)

    def _resume(self) -> None:
        file = self.plan.out / "state.pt"
        if not file.exists():
            return
        state = torch.load(file, weights_only=True)
        self.net.load_state_dict(state["net"])
        self.average.net.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.views, self.before = state["step"], state["views"], state["spent"]

    @property
    def spent(self) -> float:
        """Seconds trained, earlier runs counted in."""
        return self.before + time.time() - self.began

    @property
    def rate(self) -> float:
        """The learning rate of now: a short warm-up, then a cosine over the whole time."""
        fall = 0.5 + 0.5 * math.cos(math.pi * min(1.0, self.spent / self.whole))
        return self.plan.rate * min(1.0, (self.step + 1) / _WARM_STEPS) * fall + 1e-6

    def learn(self, batch: Batch) -> None:
        """Take one step."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate
        loss = ctc(self.net, batch)
        self.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 2.0)
        self.optimiser.step()
        self.step += 1
        self.views += len(batch.texts) * self.plan.processes
        self.losses.append(loss.item())

    def report(self, held_out: list[tuple[Ink, int, str]]) -> None:
        """Score the average on held-out lines and save everything."""
        self.saved = time.time()
        share = exact_share(self.average.net, held_out)
        line = {
            "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "step": self.step,
            "views": self.views,
            "spent": round(self.spent),
            "rate": self.rate,
            "loss": float(np.mean(self.losses)) if self.losses else None,
            "exact": share,
        }
        with (self.plan.out / "progress.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        print(line, flush=True)
        self.losses.clear()
        scored = {"views": self.views, "step": self.step, "exact": share, "spent": self.spent}
        _save(self.plan.out / "average.pt", {"net": self.average.net.state_dict(), **scored})
        whole = {"net": self.net.state_dict(), "average": self.average.net.state_dict()}
        _save(self.plan.out / "state.pt", {**whole, "optimiser": self.optimiser.state_dict(), **scored})


def run(rank: int, plan: Plan) -> None:
    """Train in one process of ``plan.processes``."""
    torch.set_num_threads(1)
    if plan.processes > 1:
        meeting = f"file://{plan.out}/meet"
        distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=plan.processes)
    trainer = Trainer(rank, plan)
    held_out: list[tuple[Ink, int, str]] = []
    if rank == 0:
        held = Shard.load(plan.shards / "held" / "0000.npz")
        held_out = sorted(pool([held], np.random.default_rng(99), _HELD_OUT), key=lambda v: v[0].shape[1])
    for count, batch in enumerate(batches(plan, rank, trainer.step), start=1):
        trainer.learn(batch)
        if count % _MEET_STEPS:
            continue
        with torch.no_grad():
            _meet(trainer.net, plan.processes)
        finished = torch.tensor([1.0 if trainer.spent >= trainer.whole else 0.0])
        if plan.processes > 1:
            distributed.all_reduce(finished)
        if rank == 0:
            trainer.average.update(trainer.net, trainer.step // _MEET_STEPS)
            if finished.item() or time.time() - trainer.saved > _SAVE_SECONDS:
                trainer.report(held_out)
        if finished.item():
            break


def _save(path: Path, value: dict[str, object]) -> None:
    unfinished = path.with_suffix(".part")
    torch.save(value, unfinished)
    unfinished.rename(path)


def main() -> None:
    """Train as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shards", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--until", type=dt.datetime.fromisoformat, required=True, help="with its offset from UTC")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--pixels", type=int, default=16_000, help="columns in one batch of one process")
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "meet").unlink(missing_ok=True)
    plan = Plan(
        options.shards,
        options.out.resolve(),
        options.until.timestamp(),
        options.processes,
        options.rate,
        options.pixels,
        options.seed,
    )
    if plan.processes == 1:
        run(0, plan)
    else:
        multiprocessing.spawn(run, (plan,), nprocs=plan.processes)


if __name__ == "__main__":
    main()
