"""Rating rounds over the API: the same rules as on the pages."""

from tests.api.conftest import Api, check_shape
from tests.cast import Cast
from tests.services.ops import first_aspect
from tests.services.rating_rounds import asked_on, party_of


def test_a_round_from_opening_to_closing(cast: Cast, api: Api) -> None:
    on = cast.maps["porvoo"]
    ours, theirs, reader = (api(name) for name in ("porvoo editor", "county approver", "porvoo reader"))
    rounds, aspect = f"maps/{on.pk}/rating-rounds/", first_aspect(on)
    assert ours.get(rounds) == []
    opened = ours.post(rounds, None, 201)
    check_shape("RatingRoundShape", opened)
    assert ours.post(rounds, None, 422)["detail"] == "A rating round is already open on this map."
    assert [row["aspect"] for row in opened["aspects"]] == [row.pk for row in asked_on(on)]
    one = f"rating-rounds/{opened['id']}/"
    wish = {"aspect": aspect.pk, "party": party_of(on, "638").pk, "value": 2, "reason": "Ohje puuttuu."}
    rated = ours.post(f"{one}ratings/", wish)["aspects"][0]
    assert rated["ratings"] == [
        {"party": wish["party"], "organisation": cast.organisations["porvoo"].pk, "value": 2}
        | {"reason": "Ohje puuttuu.", "shown": False}
    ]
    assert rated["waits_for"] == [party_of(on, "01").pk]
    assert ours.post(f"{one}ratings/", wish)["given"] == 1
    hidden = theirs.get(one)
    assert hidden["aspects"][0]["ratings"] == []
    assert (hidden["given"], hidden["mean_gap"], hidden["can_close"]) == (1, None, True)
    reader.post(f"{one}ratings/", wish, 403)
    theirs.post(f"{one}ratings/", wish, 403)
    shown = theirs.post(
        f"{one}ratings/", {**wish, "party": party_of(on, "01").pk, "value": 5, "reason": None}
    )
    assert (shown["aspects"][0]["gap"], shown["mean_gap"], shown["gaps"]) == (3, 3.0, 1)
    assert [row["value"] for row in reader.get(one)["aspects"][0]["ratings"]] == [2, 5]
    assert "no longer change" in ours.post(f"{one}ratings/", wish, 422)["detail"]
    ours.post(f"{one}close/", None, 403)
    closed = theirs.post(f"{one}close/", None)
    assert (closed["status"], closed["can_close"]) == ("closed", False)
    check_shape("RatingRoundShape", closed)
    theirs.post(f"{one}close/", None, 409)
    [row] = reader.get(rounds)
    check_shape("RoundRowShape", row)
    assert reader.get(f"{one}?fields=id,status") == {"id": opened["id"], "status": "closed"}


def test_a_wrong_rating_names_its_field(cast: Cast, api: Api) -> None:
    on = cast.maps["porvoo"]
    caller = api("porvoo editor")
    one = f"rating-rounds/{caller.post(f'maps/{on.pk}/rating-rounds/', None, 201)['id']}/ratings/"
    wish = {"aspect": first_aspect(on).pk, "party": party_of(on, "638").pk, "value": 2, "reason": ""}
    foreign = first_aspect(cast.maps["loviisa"])
    for field, value in (
        ("value", 0),
        ("value", 6),
        ("value", None),
        ("value", True),
        ("value", 2.5),
        ("reason", 5),
        ("reason", "x" * 1001),
        ("aspect", foreign.pk),
        ("aspect", None),
        ("party", 10**17),
        ("party", "x"),
        ("secret", "x"),
    ):
        errors = caller.post(one, {**wish, field: value}, 422)["errors"]
        assert [error["field"] for error in errors] == [field], (field, value)
    outsider = api("pohjanmaa editor")
    for path in (f"maps/{on.pk}/rating-rounds/", one.removesuffix("ratings/")):
        assert outsider.ask("get", path).status_code == 404
    outsider.post(one, wish, 404)


def test_a_token_that_only_reads_opens_and_rates_nothing(cast: Cast, api: Api) -> None:
    on = cast.maps["porvoo"]
    reading = api("porvoo editor", scope="read")
    reading.post(f"maps/{on.pk}/rating-rounds/", None, 403)
