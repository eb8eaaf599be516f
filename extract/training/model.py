"""The line reader's network: a small convolutional CTC recogniser.

Ink of 40 rows goes through three strided convolutions to columns of 4 pixels, and from there
through residual blocks of a wide depthwise convolution and two pointwise ones, which see about 100
pixels to each side. Each column gives two steps, so that narrow print ("ll", "11" at 7 points) has
a step to spare for the blank between. A field kind may be told and is a hint, no more: half the
training views go without.
"""

import torch
from torch import nn

from extract.training.alphabet import CLASSES
from extract.training.shards import KINDS

STEP = 2
"""Pixels of the input to one step of the output."""
_COLUMN_STEPS = 2


class Wide(nn.Module):  # type: ignore[misc]  # torch ships no types here
    """Residual block: depthwise 1 x ``reach``, then a pointwise bottleneck turned inside out."""

    def __init__(self, width: int, reach: int) -> None:
        super().__init__()
        self.across = nn.Conv2d(width, width, (1, reach), padding=(0, reach // 2), groups=width, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self.up = nn.Conv2d(width, 2 * width, 1)
        self.down = nn.Conv2d(2 * width, width, 1)
        with torch.no_grad():
            self.down.weight.mul_(0.3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add what the neighbourhood says."""
        return x + self.down(nn.functional.relu(self.up(self.norm(self.across(x)))))


class Residual(nn.Module):  # type: ignore[misc]  # torch ships no types here
    """Residual 3 x 3 convolution."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add what the nearest dots say."""
        return x + nn.functional.relu(self.norm(self.conv(x)))


def _strided(inward: int, outward: int, size: int, stride: tuple[int, int]) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inward, outward, size, stride=stride, padding=size // 2, bias=False),
        nn.BatchNorm2d(outward),
        nn.ReLU(),
    )


class LineNet(nn.Module):  # type: ignore[misc]  # torch ships no types here
    """Ink (batch, 1, 40, width) and kinds (batch) to log-probabilities (batch, width / 2, classes)."""

    def __init__(self, stem: tuple[int, int, int] = (24, 48, 96), width: int = 256, blocks: int = 6) -> None:
        super().__init__()
        first, second, third = stem
        self.stem = nn.Sequential(
            _strided(1, first, 5, (2, 2)),
            _strided(first, second, 3, (2, 2)),
            Residual(second),
            _strided(second, third, 3, (2, 1)),
            nn.Conv2d(third, width, (5, 1), bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
        )
        self.kind = nn.Embedding(len(KINDS), width)
        nn.init.normal_(self.kind.weight, std=0.1)
        self.trunk = nn.Sequential(*(Wide(width, 9) for _ in range(blocks)))
        self.norm = nn.BatchNorm2d(width)
        self.head = nn.Conv2d(width, _COLUMN_STEPS * CLASSES, 1)

    def forward(self, ink: torch.Tensor, kinds: torch.Tensor) -> torch.Tensor:
        """Give the log-probabilities of every step."""
        x = self.stem(ink) + self.kind(kinds)[:, :, None, None]
        logits = self.head(self.norm(self.trunk(x))).squeeze(2).float()
        batch, _, columns = logits.shape
        steps = logits.reshape(batch, _COLUMN_STEPS, CLASSES, columns).permute(0, 3, 1, 2)
        return steps.reshape(batch, columns * _COLUMN_STEPS, CLASSES).log_softmax(-1)
