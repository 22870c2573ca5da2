"""The drawing's geometry: nothing overlaps, everything is inside, the same rows give the same picture."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from services.geometry import CARD_HEIGHT, CARD_WIDTH, CUSTOMER_RADIUS, RING_RADIUS, Geometry, Lane, draw

Meetings = dict[int, list[int]]


@st.composite
def maps(draw_: st.DrawFn) -> tuple[list[Lane], Meetings]:
    """Up to four lanes with up to thirty services each, some with chosen places, and random meetings."""
    lanes = []
    service = 0
    for number in range(draw_(st.integers(1, 4))):
        count = draw_(st.integers(0, 30))
        places = draw_(st.lists(st.none() | st.integers(1, 40), min_size=count, max_size=count))
        lanes.append(
            Lane(number + 1, number == 0, tuple((service + i, place) for i, place in enumerate(places)))
        )
        service += count
    meetings: Meetings = {}
    if service > 1:
        wished = st.lists(st.integers(0, service - 1), min_size=2, max_size=3, unique=True)
        met = draw_(st.lists(wished, max_size=40, unique_by=lambda each: tuple(sorted(each))))
        meetings = {1000 + number: each for number, each in enumerate(met)}
    return lanes, meetings


def apart(a: tuple[int, int], b: tuple[int, int], width: float, height: float) -> bool:
    return abs(a[0] - b[0]) >= width or abs(a[1] - b[1]) >= height


@settings(max_examples=60, deadline=None)
@given(maps())
def test_nothing_overlaps_and_everything_is_inside(sample: tuple[list[Lane], Meetings]) -> None:
    lanes, meetings = sample
    picture = draw(lanes, meetings)
    assert set(picture.services) == {service for lane in lanes for service, _place in lane.services}
    assert set(picture.interfaces) == set(meetings)
    for a, b in combinations(picture.services.values(), 2):
        assert apart(a, b, CARD_WIDTH, CARD_HEIGHT)
    for a, b in combinations(picture.interfaces.values(), 2):
        assert apart(a, b, 2 * RING_RADIUS, 2 * RING_RADIUS)
    for ring in picture.interfaces.values():
        for card in picture.services.values():
            assert apart(ring, card, RING_RADIUS + CARD_WIDTH / 2, RING_RADIUS + CARD_HEIGHT / 2)
        if picture.customer:
            assert apart(ring, picture.customer, RING_RADIUS + CUSTOMER_RADIUS, RING_RADIUS + CUSTOMER_RADIUS)
    for x, y in [*picture.services.values(), *picture.interfaces.values()]:
        assert 0 < x < picture.width
        assert 0 < y < picture.height
    assert draw(lanes, meetings) == picture


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(), min_size=3, max_size=20, unique=True), st.data())
def test_a_chosen_place_is_kept(services: list[int], data: st.DataObject) -> None:
    chosen, place = data.draw(st.sampled_from(services)), data.draw(st.integers(1, len(services)))
    lane = Lane(1, True, tuple((service, place if service == chosen else None) for service in services))
    picture = draw([lane], {})
    order = sorted(
        picture.services, key=lambda service: (picture.services[service][1], picture.services[service][0])
    )
    assert order.index(chosen) == place - 1


def small() -> Geometry:
    """The template of services for children under school age."""
    lanes = [Lane(1, True, ((10, None),)), Lane(2, False, ((20, None), (21, None)))]
    return draw(lanes, {100: [10, 20], 101: [10, 21], 102: [20, 21]})


def test_the_customer_stands_in_the_middle_of_a_small_map() -> None:
    picture = small()
    assert picture.customer
    middle, y = picture.customer
    left, right, between = picture.interfaces[100], picture.interfaces[101], picture.interfaces[102]
    assert left[1] == right[1] == y
    assert middle - left[0] == right[0] - middle > 0
    assert picture.services[10][0] == middle
    assert between[1] == picture.services[20][1] == picture.services[21][1]


def test_the_municipality_stands_above_the_seam_and_the_county_below() -> None:
    picture = small()
    top, height = picture.lanes[1]
    assert (top, top + height) == (0, picture.seam[0])
    assert picture.lanes[2][0] == picture.seam[0] + picture.seam[1]


def test_few_lines_cross_when_services_could_stand_straight() -> None:
    lanes = [
        Lane(1, True, tuple((number, None) for number in range(6))),
        Lane(2, False, tuple((10 + number, None) for number in range(6))),
    ]
    crossed = {100 + number: [number, 10 + (5 - number)] for number in range(6)}
    picture = draw(lanes, crossed)
    pairs = [(picture.services[a][0], picture.services[b][0]) for a, b in crossed.values()]
    assert sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for a, b in combinations(pairs, 2)) == 0
