"""The geometry of drawings."""

from itertools import pairwise

import pytest

from termbase.web.figures import MAX_NODES, NODE_HEIGHT, Neighbour, relation_map


def neighbour(key, relation_type="related", outward=True):
    return Neighbour(key, key, key, relation_type, outward, relation_type)


def test_broader_concepts_stand_left_and_narrower_ones_right():
    drawn = relation_map([neighbour("r"), neighbour("wide", "broader"), neighbour("narrow", "broader", outward=False)])
    x = {node.neighbour.key: node.x for node in drawn.nodes}
    assert x["wide"] < drawn.centre_x < x["narrow"]


@pytest.mark.parametrize("count", [1, 2, 5, MAX_NODES, MAX_NODES + 5])
def test_nodes_lie_inside_and_apart(count):
    drawn = relation_map([neighbour(str(number)) for number in range(count)])
    assert len(drawn.nodes) == min(count, MAX_NODES)
    for node in drawn.nodes:
        assert 0 <= node.y <= drawn.height - NODE_HEIGHT
    places = sorted((node.x, node.y) for node in drawn.nodes)
    for (x, y), (next_x, next_y) in pairwise(places):
        assert next_x != x or next_y - y >= NODE_HEIGHT
