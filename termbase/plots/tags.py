"""Plots in templates."""

from typing import Any

from django import template

from termbase.plots.geometry import Plot

register = template.Library()


@register.filter
def share(count: int, whole: int) -> str:
    """How much of `whole` `count` is, in per cent; with a point whatever the language, as SVG wants it."""
    return f"{100 * count / whole:.1f}" if whole else "0"


@register.inclusion_tag("plots/plot.html")
def draw(plot: Plot) -> dict[str, Any]:
    """A plot with its legend and its numbers."""
    return {"plot": plot}


@register.inclusion_tag("plots/bar.html")
def bar(count: int, whole: int) -> dict[str, Any]:
    """A level bar: so much of a whole; the number itself stands beside it."""
    return {"count": count, "whole": whole}
