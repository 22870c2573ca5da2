"""Names bend as people say them."""

import csv
import re

import pytest

from collaboration.finnish import genitive
from collaboration.management.commands.load_reference import FILES

BENT = """
Porvoo Porvoon, Loviisa Loviisan, Helsinki Helsingin, Turku Turun, Lahti Lahden, Tampere Tampereen, Vihti Vihdin,
Kauniainen Kauniaisten, Nousiainen Nousiaisten, Oulainen Oulaisten, Kaustinen Kaustisen, Seinäjoki Seinäjoen,
Järvenpää Järvenpään, Nurmijärvi Nurmijärven, Riihimäki Riihimäen, Valkeakoski Valkeakosken, Kontiolahti Kontiolahden,
Kirkkonummi Kirkkonummen, Rovaniemi Rovaniemen, Iisalmi Iisalmen, Viitasaari Viitasaaren, Haapavesi Haapaveden,
Hanko Hangon, Liminka Limingan, Luhanka Luhangan, Puolanka Puolangan, Pyhäntä Pyhännän, Vesanto Vesannon,
Harjavalta Harjavallan, Leppävirta Leppävirran, Lappeenranta Lappeenrannan, Outokumpu Outokummun, Lieto Liedon,
Hailuoto Hailuodon, Luoto Luodon, Juuka Juuan, Kurikka Kurikan, Toivakka Toivakan, Pomarkku Pomarkun, Iitti Iitin,
Loppi Lopen, Kuortane Kuortaneen, Keitele Keiteleen, Pälkäne Pälkäneen, Savitaipale Savitaipaleen, Raahe Raahen,
Muurame Muuramen, Varkaus Varkauden, Alavus Alavuden, Kannus Kannuksen, Muhos Muhoksen, Nurmes Nurmeksen,
Punkalaidun Punkalaitumen, Pihtipudas Pihtiputaan, Virrat Virtain, Uusikaupunki Uudenkaupungin, Isokyrö Isonkyrön,
Kristiinankaupunki Kristiinankaupungin, Toholampi Toholammin, Rautalampi Rautalammin, Kotka Kotkan, Forssa Forssan,
Kitee Kiteen, Ii Iin, Vantaa Vantaan, Espoo Espoon, Korsnäs Korsnäsin, Sund Sundin, Pori Porin, Mikkeli Mikkelin
"""


@pytest.mark.parametrize("pair", [each.split() for each in BENT.replace("\n", " ").split(",")], ids=" ".join)
def test_a_municipality_bends(pair: list[str]) -> None:
    name, bent = pair
    assert genitive(name) == bent


@pytest.mark.parametrize(
    ("name", "bent"),
    [
        ("Itä-Uudenmaan hyvinvointialue", "Itä-Uudenmaan hyvinvointialueen"),
        ("Kasvatuksen ja koulutuksen toimiala", "Kasvatuksen ja koulutuksen toimialan"),
        ("Helsingin kaupunki", "Helsingin kaupungin"),
        ("HUS-yhtymä", "HUS-yhtymän"),
        ("Koulutuskuntayhtymä Careeria", "Koulutuskuntayhtymä Careerian"),
        ("Porvoon seurakuntayhtymä", "Porvoon seurakuntayhtymän"),
        ("Suomen Kuntaliitto", "Suomen Kuntaliiton"),
        ("Mannerheimin Lastensuojeluliiton yhdistys", "Mannerheimin Lastensuojeluliiton yhdistyksen"),
    ],
)
def test_other_organisations_bend_by_their_last_word(name: str, bent: str) -> None:
    assert genitive(name) == bent


def test_every_name_of_the_register_gets_an_ending() -> None:
    with (FILES / "municipalities.csv").open(encoding="utf-8") as file:
        names = [row["name_fi"] for row in csv.DictReader(file)]
    assert len(names) > 300
    assert [name for name in names if not re.search("[aeiouyäöå:]n$", genitive(name))] == []
