"""Boxes on a page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle as fractions (0 to 1) of the upright page: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def clipped(cls, left: float, top: float, right: float, bottom: float) -> "Box":
        """Build a box with each edge pulled inside the page and put in order."""
        xs = sorted(min(1.0, max(0.0, x)) for x in (left, right))
        ys = sorted(min(1.0, max(0.0, y)) for y in (top, bottom))
        return cls(xs[0], ys[0], xs[1], ys[1])

    @property
    def width(self) -> float:
        """Width as a fraction of the page's width."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height as a fraction of the page's height."""
        return self.bottom - self.top

    @property
    def centre(self) -> tuple[float, float]:
        """The middle point (x, y)."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def union(self, other: "Box") -> "Box":
        """The smallest box around both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def overlap(self, other: "Box") -> float:
        """The share of this box's area that lies inside ``other``."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        area = self.width * self.height
        return wide * high / area if wide > 0 and high > 0 and area > 0 else 0.0

    def to_json(self) -> list[float]:
        """Give the contract's form, rounded to a hundredth of a per cent."""
        return [round(v, 4) for v in (self.left, self.top, self.right, self.bottom)]

    @classmethod
    def from_json(cls, data: list[float]) -> "Box":
        """Rebuild a box from :meth:`to_json`'s form."""
        return cls(*data)
