"""How much one original may cost before it is stopped."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings for decoding one original; each stops that original only, never the service.

    ``file_bytes`` is the size of the original, ``pages`` the pages read of it, ``page_pixels`` the
    points of one page, ``memory_bytes`` the address space of the decoder, ``output_bytes`` the
    largest file it may write, ``cpu_seconds`` and ``wall_seconds`` the time of one decoder,
    ``crashes`` how often a decoder may die on a page before the rest of the file is given up,
    ``depth`` how many messages inside messages are opened, ``parts`` how many parts of a mail or
    files of an archive, ``unpacked_bytes`` what an archive may hold in all, ``growth`` how many
    times larger than packed a file of it may be,
    ``render_dpi`` the dots an inch at which a drawn PDF page becomes a picture.
    """

    file_bytes: int = 100 * 1024 * 1024
    pages: int = 300
    page_pixels: int = 60_000_000
    memory_bytes: int = 2 * 1024**3
    output_bytes: int = 100 * 1024 * 1024
    cpu_seconds: int = 120
    wall_seconds: float = 180.0
    crashes: int = 3
    depth: int = 3
    parts: int = 100
    unpacked_bytes: int = 200 * 1024 * 1024
    growth: int = 200
    render_dpi: int = 204

    def to_record(self) -> dict[str, float]:
        """Give the form that is handed to the decoder."""
        return asdict(self)

    @classmethod
    def from_record(cls, data: dict[str, float]) -> "Limits":
        """Rebuild limits from :meth:`to_record`'s form."""
        whole = {name: int(value) for name, value in data.items() if name != "wall_seconds"}
        return cls(wall_seconds=float(data["wall_seconds"]), **whole)
