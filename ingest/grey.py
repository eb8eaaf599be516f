"""Turns any picture into 8-bit grey."""

from PIL import Image


def to_grey(image: Image.Image) -> Image.Image:
    """Any picture as 8-bit grey on white paper."""
    if image.mode.startswith(("I", "F")):
        whole = image.convert("F")
        low, high = whole.getextrema()
        assert isinstance(low, float)
        assert isinstance(high, float)
        span = 65535.0 if high > 255 else 255.0  # noqa: PLR2004  (deeper than 8 bits)
        return whole.point(lambda v: v * (255.0 / span) + 0.0).convert("L")
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        with_alpha = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, with_alpha).convert("L")
    return image.convert("L")
