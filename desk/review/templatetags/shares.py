"""Shares in words."""

from django import template

register = template.Library()


@register.filter
def in_percent(share: float | None) -> str:
    """Give a share (0 to 1) in per cent with one digit; a dash for none."""
    return "-" if share is None else f"{share:.1%}"
