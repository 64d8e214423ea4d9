"""The weights of signals: what they are kept in, and the score that they give."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from pathlib import Path

from termbase.errors import UnreadableFile

SHIPPED = Path(__file__).with_name("weights.toml")
"""Learned from the terms of the termbase that ships."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each signal speaks for (above 0) or against a term."""

    values: Mapping[str, float]

    def score(self, signals: Mapping[str, float]) -> float:
        """The probability, 0 to 1, that a terminologist would record what has these signals."""
        values = self.values
        total = sum(values[name] * signals[name] for name in signals if name in values)
        return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def read_weights(path: Path = SHIPPED) -> Weights:
    """The weights of a file. Raises `UnreadableFile` where it is absent, no TOML, or has anything but numbers."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))["weights"]
        return Weights({name: float(value) for name, value in values.items()})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as e:
        raise UnreadableFile(f"{path.name}: {e}") from e


def write_weights(path: Path, weights: Weights, origin: str) -> None:
    """Write weights with what they were learned from, the strongest first; those that come to 0.00 are left out."""
    lines = [f"# {line}".rstrip() for line in origin.splitlines()]
    rows = sorted(weights.values.items(), key=lambda row: (-abs(row[1]), row[0]))
    lines += ["", "[weights]", *(f"{_quoted(name)} = {value:.2f}" for name, value in rows if abs(value) >= 0.005)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
