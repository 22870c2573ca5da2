"""The drawing's geometry: nothing overlaps, lines run free, the same rows give the same picture."""

from itertools import combinations, pairwise, permutations
from random import Random
from statistics import mean

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.crossings import covered, crossings, curve, lines_of
from benchmarks.layout import random_map
from services.drawing import geometry
from services.drawing.geometry import draw
from services.drawing.shapes import (
    CARD_HEIGHT,
    CARD_WIDTH,
    CUSTOMER_RADIUS,
    RING_RADIUS,
    Geometry,
    Lane,
)

Meetings = dict[int, list[int]]


@st.composite
def maps(draw_: st.DrawFn) -> tuple[list[Lane], Meetings]:
    """Up to four lanes with up to thirty services each, some with chosen places, and random meetings."""
    lanes = []
    service = 0
    for number in range(draw_(st.integers(1, 4))):
        count = draw_(st.integers(0, 30))
        places = draw_(st.lists(st.none() | st.integers(1, 40), min_size=count, max_size=count))
        is_above = number == 0 or (number > 1 and draw_(st.booleans()))
        lanes.append(
            Lane(number + 1, is_above, tuple((service + i, place) for i, place in enumerate(places)))
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


@settings(deadline=None)
@given(maps())
def test_nothing_overlaps_and_everything_is_inside(sample: tuple[list[Lane], Meetings]) -> None:
    lanes, meetings = sample
    picture = draw(lanes, meetings)
    assert set(picture.services) == {service for lane in lanes for service, _place in lane.services}
    assert set(picture.interfaces) == set(meetings)
    radius = picture.radius
    for a, b in combinations(picture.services.values(), 2):
        assert apart(a, b, CARD_WIDTH, CARD_HEIGHT)
    for a, b in combinations(picture.interfaces.values(), 2):
        assert apart(a, b, 2 * radius, 2 * radius)
    for card in picture.services.values():
        if picture.customer:
            width, height = CARD_WIDTH / 2 + CUSTOMER_RADIUS, CARD_HEIGHT / 2 + CUSTOMER_RADIUS
            assert apart(card, picture.customer, width, height)
    for ring in picture.interfaces.values():
        for card in picture.services.values():
            assert apart(ring, card, radius + CARD_WIDTH / 2, radius + CARD_HEIGHT / 2)
        if picture.customer:
            assert apart(ring, picture.customer, radius + CUSTOMER_RADIUS, radius + CUSTOMER_RADIUS)
    circles = [(radius, radius, at) for at in picture.interfaces.values()]
    circles += [(CUSTOMER_RADIUS, CUSTOMER_RADIUS, at) for at in [picture.customer] if at]
    cards = [(CARD_WIDTH // 2, CARD_HEIGHT // 2, at) for at in picture.services.values()]
    for across, down, (x, y) in [*circles, *cards]:
        assert across <= x <= picture.width - across
        assert down <= y <= picture.height - down


@settings(deadline=None)
@given(maps(), st.randoms(use_true_random=False))
def test_the_same_rows_give_the_same_picture(sample: tuple[list[Lane], Meetings], random: Random) -> None:
    """Also when the database tells the services, the meetings and the services of a meeting in another order."""
    lanes, meetings = sample
    shuffled = [(interface, random.sample(met, len(met))) for interface, met in meetings.items()]
    random.shuffle(shuffled)
    mixed = [
        Lane(lane.party, lane.is_above, tuple(random.sample(lane.services, len(lane.services))))
        for lane in lanes
    ]
    first = draw(lanes, meetings)
    geometry._draw.cache_clear()
    assert draw(mixed, dict(shuffled)) == first


@settings(deadline=None)
@given(maps())
def test_every_line_leads_from_its_card_to_its_ring_and_over_no_other(
    sample: tuple[list[Lane], Meetings],
) -> None:
    lanes, meetings = sample
    picture = draw(lanes, meetings)
    assert {interface: set(lines) for interface, lines in picture.lines.items()} == {
        interface: set(met) for interface, met in meetings.items()
    }
    for interface, lines in picture.lines.items():
        for service, stops in lines.items():
            assert not apart(stops[:2], picture.services[service], CARD_WIDTH / 2, CARD_HEIGHT / 2)  # type: ignore[arg-type]
            assert not apart(stops[-2:], picture.interfaces[interface], picture.radius, picture.radius)  # type: ignore[arg-type]
            assert all(0 <= x <= picture.width for x in stops[::2])
    assert covered(picture) == 0


@settings(deadline=None)
@given(maps())
def test_lines_cross_no_more_often_than_in_the_order_of_adding(sample: tuple[list[Lane], Meetings]) -> None:
    lanes, meetings = sample
    orders = [geometry._arranged(lane) for lane in lanes]
    plain = geometry._sketched(lanes, orders, {key: sorted(met) for key, met in meetings.items()})
    pairs = combinations(lines_of(draw(lanes, meetings)), 2)
    counts = [crossings(pair) for pair in pairs]
    # two curves side by side may touch three times where they cross once
    assert sum(1 if count % 2 else min(count, 2) for count in counts) <= plain.crossings


@settings(deadline=None)
@given(maps(), st.data())
def test_an_interface_more_moves_no_chosen_place_and_no_service_out_of_its_lane(
    sample: tuple[list[Lane], Meetings], data: st.DataObject
) -> None:
    lanes, meetings = sample
    services = [service for lane in lanes for service, _place in lane.services]
    if len(services) < 2:
        return
    new = data.draw(st.lists(st.sampled_from(services), min_size=2, max_size=2, unique=True))
    before, after = draw(lanes, meetings), draw(lanes, {**meetings, 5000: new})
    for lane in lanes:
        orders = [reading_order(picture, lane) for picture in (before, after)]
        assert sorted(orders[0]) == sorted(orders[1])
        for service, place in lane.services:
            if place is not None:
                assert orders[0].index(service) == orders[1].index(service)


def reading_order(picture: Geometry, lane: Lane) -> list[int]:
    at = picture.services
    return sorted((service for service, _place in lane.services), key=lambda each: at[each][::-1])


def test_an_interface_more_leaves_most_services_as_they_stood_to_each_other() -> None:
    """In random maps, which have no order of their own: five of six pairs of a lane, on average."""
    kept = []
    for seed in range(8):
        lanes, meetings = random_map(12 + 4 * seed, 18 + 6 * seed, seed)
        before = draw(lanes, meetings)
        after = draw(lanes, {**meetings, 5000: [0, 3 + 2 * seed]})
        kept += [
            (before.services[a][0] - before.services[b][0]) * (after.services[a][0] - after.services[b][0])
            >= 0
            for lane in lanes
            for (a, _), (b, _) in combinations(lane.services, 2)
        ]
    assert mean(kept) > 5 / 6


def test_a_map_with_many_interfaces_has_hubs_and_gets_smaller() -> None:
    few, many = draw(*random_map(20, 30, 1)), draw(*random_map(20, 60, 1))
    assert (few.crowded, few.radius) == (False, RING_RADIUS)
    assert many.crowded
    assert many.radius < few.radius
    assert many.seam[1] / 60 < few.seam[1] / 30


def test_the_order_in_which_numbers_are_added_moves_nothing() -> None:
    """Sums of floats differ in their last digit by the order: two services used to change places for it."""
    services = [*((number, None) for number in range(14)), *((number, 1) for number in range(14, 18))]
    met = {1000: [0, 4], 1001: [0, 3, 6], 1002: [1, 6, 2], 1003: [13, 2, 5], 1004: [0, 1]}
    lane = Lane(1, True, tuple(services))
    turned = [
        {interface: met[interface][::step] for interface in order}
        for order in permutations(met)
        for step in (1, -1)
    ]
    assert all(draw([lane], each) == draw([lane], met) for each in turned)


@settings(deadline=None)
@given(maps())
def test_every_service_stands_in_its_own_lane_and_lanes_fill_the_picture(
    sample: tuple[list[Lane], Meetings],
) -> None:
    lanes, meetings = sample
    picture = draw(lanes, meetings)
    for lane in lanes:
        start, top, width, height = picture.lanes[lane.party]
        for service, _place in lane.services:
            x, y = picture.services[service]
            assert start + CARD_WIDTH // 2 <= x <= start + width - CARD_WIDTH // 2
            assert top + CARD_HEIGHT // 2 <= y <= top + height - CARD_HEIGHT // 2
    bands = sorted({(y, height) for _x, y, _width, height in picture.lanes.values()} | {picture.seam})
    assert bands[0][0] == 0
    assert [top + height for top, height in bands] == [*(top for top, _height in bands[1:]), picture.height]
    for band in bands:
        beside = sorted(
            (x, x + width) for x, y, width, height in picture.lanes.values() if (y, height) == band
        )
        assert not beside or (beside[0][0], beside[-1][1]) == (0, picture.width)
        assert all(one[1] < other[0] for one, other in pairwise(beside))


@settings(deadline=None)
@given(maps())
def test_no_line_runs_through_the_lane_of_others(sample: tuple[list[Lane], Meetings]) -> None:
    lanes, meetings = sample
    picture = draw(lanes, meetings)
    lane_of = {service: lane.party for lane in lanes for service, _place in lane.services}
    for lines in picture.lines.values():
        for service, stops in lines.items():
            others = [place for party, place in picture.lanes.items() if party != lane_of[service]]
            for px, py in curve(stops):
                assert not any(x < px < x + wide and y < py < y + high for x, y, wide, high in others)


@settings(deadline=None)
@given(maps())
def test_a_ring_stands_in_the_middle_of_its_services_unless_another_stands_there(
    sample: tuple[list[Lane], Meetings],
) -> None:
    lanes, meetings = sample
    picture = draw(lanes, meetings)
    top, height = picture.seam
    rings = {key: at for key, at in picture.interfaces.items() if top < at[1] < top + height}
    for interface, (x, y) in rings.items():
        beside = [
            abs(at[0] - x) <= picture.space for key, at in rings.items() if key != interface and at[1] == y
        ]
        if picture.customer:
            beside.append(abs(picture.customer[0] - x) <= picture.space)
        if not any(beside):
            assert abs(x - mean(picture.services[service][0] for service in meetings[interface])) <= 1


@given(st.lists(st.tuples(st.integers(-500, 500), st.integers(1, 200)), min_size=1, max_size=8))
def test_rings_in_a_row_stand_as_near_to_their_places_as_room_lets_them(
    wishes: list[tuple[int, int]],
) -> None:
    wished, spaces = zip(*sorted(wishes), strict=True)
    xs = geometry._near(wished, spaces)
    assert all(other - one >= space for (one, other), space in zip(pairwise(xs), spaces[1:], strict=True))
    away = sum((x - wish) ** 2 for x, wish in zip(xs, wished, strict=True))
    for first in range(len(xs)):  # moving on none and all that follow helps no more than rounding
        for step in (-2, 2):
            moved = [x + step * (n >= first) for n, x in enumerate(xs)]
            if first == 0 or moved[first] - moved[first - 1] >= spaces[first]:
                assert sum((x - wish) ** 2 for x, wish in zip(moved, wished, strict=True)) >= away


@settings(deadline=None)
@given(st.lists(st.integers(), min_size=3, max_size=25, unique=True), st.data())
def test_chosen_places_are_kept(services: list[int], data: st.DataObject) -> None:
    numbers = st.integers(1, len(services))
    chosen = data.draw(
        st.lists(
            st.tuples(st.sampled_from(services), numbers),
            unique_by=(lambda pair: pair[0], lambda pair: pair[1]),
        )
    )
    lane = Lane(1, True, tuple((service, dict(chosen).get(service)) for service in services))
    meetings = {number: [services[0], services[number % 2 + 1]] for number in range(2)}
    picture = draw([lane], meetings)
    order = sorted(
        picture.services, key=lambda service: (picture.services[service][1], picture.services[service][0])
    )
    assert {service: order.index(service) + 1 for service, _place in chosen} == dict(chosen)


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


def test_the_small_map_looks_like_this() -> None:
    """Daycare above; clinic and child welfare below with their ring between them; the customer in the middle."""
    picture = small()
    assert (picture.width, picture.height) == (960, 612)
    assert picture.services == {10: (480, 110), 20: (296, 484), 21: (664, 484)}
    assert picture.interfaces == {102: (480, 484), 100: (354, 288), 101: (606, 288)}
    assert picture.customer == (480, 288)


def test_the_municipality_stands_above_the_seam_and_the_county_below() -> None:
    picture = small()
    _x, top, _width, height = picture.lanes[1]
    assert (top, top + height) == (0, picture.seam[0])
    assert picture.lanes[2][1] == picture.seam[0] + picture.seam[1]


def test_few_lines_cross_when_services_could_stand_straight() -> None:
    lanes = [
        Lane(1, True, tuple((number, None) for number in range(6))),
        Lane(2, False, tuple((10 + number, None) for number in range(6))),
    ]
    crossed = {100 + number: [number, 10 + (5 - number)] for number in range(6)}
    picture = draw(lanes, crossed)
    pairs = [(picture.services[a][0], picture.services[b][0]) for a, b in crossed.values()]
    assert sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for a, b in combinations(pairs, 2)) == 0
