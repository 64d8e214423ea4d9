"""The geometry of the map of relations; a template turns it into SVG without a line of inline style."""

from collections.abc import Sequence
from dataclasses import dataclass

from termbase.vocabulary import RelationType

NODE_WIDTH, NODE_HEIGHT = 290, 52
_MAP_WIDTH, _ROW = 1080, 72
_CENTRE = (_MAP_WIDTH - NODE_WIDTH) // 2
MAX_NODES = 16


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A concept related to the one in the middle; `outward` if the relation is the middle one's own.

    `relation` says the relation, seen from the middle, in words.
    """

    key: str
    zh: str
    en: str
    relation_type: str
    outward: bool
    relation: str


@dataclass(frozen=True, slots=True)
class Node:
    """A neighbour at its place, with the line from the middle to it."""

    neighbour: Neighbour
    x: int
    y: int
    path: str


@dataclass(frozen=True, slots=True)
class RelationMap:
    """The middle concept's place, and its neighbours on both sides; sizes are in units of the drawing."""

    width: int
    height: int
    centre_x: int
    centre_y: int
    nodes: tuple[Node, ...]
    node_width: int = NODE_WIDTH
    node_height: int = NODE_HEIGHT

    @property
    def node_middle(self) -> int:
        """Where a text in the middle of a node stands."""
        return self.node_width // 2


def relation_map(neighbours: Sequence[Neighbour]) -> RelationMap:
    """Broader concepts left, narrower ones right, the others where there is room; at most MAX_NODES of them."""
    left: list[Neighbour] = []
    right: list[Neighbour] = []
    for neighbour in sorted(neighbours[:MAX_NODES], key=lambda n: n.relation_type != RelationType.BROADER):
        if neighbour.relation_type == RelationType.BROADER:
            (left if neighbour.outward else right).append(neighbour)
        else:
            min(left, right, key=len).append(neighbour)
    height = max(len(left), len(right), 1) * _ROW
    centre_y = height // 2
    nodes = [*_column(left, 0, height, centre_y), *_column(right, _MAP_WIDTH - NODE_WIDTH, height, centre_y)]
    return RelationMap(_MAP_WIDTH, height, _CENTRE, centre_y - NODE_HEIGHT // 2, tuple(nodes))


def _column(column: Sequence[Neighbour], x: int, height: int, centre_y: int) -> list[Node]:
    start = _CENTRE if x < _CENTRE else _CENTRE + NODE_WIDTH
    end = x + NODE_WIDTH if x < _CENTRE else x
    bend = (start + end) // 2
    nodes = []
    for index, neighbour in enumerate(column):
        middle = height * (2 * index + 1) // (2 * len(column))
        path = f"M{start} {centre_y}C{bend} {centre_y} {bend} {middle} {end} {middle}"
        nodes.append(Node(neighbour, x, middle - NODE_HEIGHT // 2, path))
    return nodes
