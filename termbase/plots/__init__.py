"""Plots as SVG made on the server: lines and columns over time, bars in tables; with the numbers behind them.

The drawing has no text and no unit of its own: it is stretched to its place, and what is to be read stands beside it as
text of the page, at the size of the page. Colours are CSS variables (`plots.css`), light and dark.
"""

from termbase.plots.geometry import Column, Line, Plot, Series, top_of

__all__ = ["Column", "Line", "Plot", "Series", "top_of"]
