"""Days are read as they are written in Finland, and shown so."""

import datetime

import pytest
from django import forms

from collaboration import dates
from collaboration.day import DayField

DAY = datetime.date(2027, 7, 1)


class Asked(forms.Form):
    day = DayField(required=False)


@pytest.mark.parametrize(
    "text", ["1.7.2027", "01.07.2027", " 1. 7. 2027 ", "1,7,2027", "2027-07-01", "1.07.2027"]
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert dates.read(text) == DAY
    form = Asked({"day": text})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["day"] == DAY


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1.7.",
            "1.7.27",
            "7/1/2027",
            "1/7/2027",
            "31.2.2027",
            "0.7.2027",
            "1.13.2027",
            "1.1.1999",
            "1.1.2101",
        ),
        *("eilen", "2027-7-1", "٣.٣.٢٠٢٧", "1.7.2027 klo 9", "-1.7.2027", "1.7.20270"),
    ],
)
def test_what_is_no_day_is_told_with_an_example_and_kept(text: str) -> None:
    assert dates.read(text) is None
    form = Asked({"day": text})
    assert form.errors == {"day": [str(dates.NOT_A_DAY)]}
    assert f'value="{text}"' in str(form["day"])


def test_a_day_is_shown_as_people_write_it_and_no_day_is_nothing() -> None:
    assert 'value="1.7.2027"' in str(Asked(initial={"day": DAY})["day"])
    assert Asked({"day": ""}).is_valid()
