"""The texts of the demo maps. Invented for the demo: they tell nothing of how any real organisation works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Written:
    """What has been written of one aspect between two services (by their classes)."""

    between: tuple[str, str]
    number: int
    fi: str = ""
    sv: str = ""
    own: str = ""
    other: str = ""
    agreed: bool = False
    half: bool = False
    not_applicable: str = ""
    evidence: tuple[str, str] | None = None


CLINIC = ("daycare", "child-health-clinic")
WELFARE = ("daycare", "child-welfare")
COUNTY = ("child-health-clinic", "child-welfare")

PORVOO_CHILDREN = (
    Written(
        CLINIC,
        1,
        agreed=True,
        fi="Päiväkodin henkilöstö ohjaa perheen neuvolaan, kun huoli koskee lapsen kasvua, kehitystä tai perheen "
        "jaksamista. Yhteydenotto sovitaan vanhemman kanssa samana päivänä ja neuvola vastaa kolmen työpäivän kuluessa.",
        sv="Daghemmets personal hänvisar familjen till rådgivningen när oron gäller barnets tillväxt, utveckling eller "
        "familjens ork. Kontakten avtalas med föräldern samma dag och rådgivningen svarar inom tre arbetsdagar.",
        own="Päiväkodeissa on sama toimintaohje kaikissa yksiköissä.",
        other="Neuvolassa on päiväkodeille oma takaisinsoittonumero arkisin 8–15.",
    ),
    Written(
        CLINIC,
        2,
        agreed=True,
        fi="Laaja nelivuotistarkastus tehdään yhteistyössä: päiväkoti kirjaa havaintonsa lomakkeelle vanhemman kanssa, "
        "neuvola käy ne läpi tarkastuksessa ja palauttaa yhteenvedon. Tarvittaessa pidetään yhteinen keskustelu.",
        sv="Den omfattande fyraårskontrollen görs tillsammans: daghemmet antecknar sina iakttagelser med föräldern, "
        "rådgivningen går igenom dem och ger en sammanfattning. Vid behov hålls ett gemensamt samtal.",
        own="Varhaiskasvatuksen opettaja täyttää lomakkeen kuukautta ennen tarkastusta.",
        other="Terveydenhoitaja varaa yhteiseen keskusteluun 30 minuuttia.",
    ),
    Written(
        CLINIC,
        3,
        half=True,
        fi="Tieto nelivuotistarkastuksesta kulkee vanhemman suostumuksella paperilomakkeella. Sähköinen siirto on "
        "selvityksessä, ja tavoite on ottaa se käyttöön kevään aikana.",
        own="Lomakkeita katoaa matkalla. Toivomme sähköistä kanavaa.",
        other="Suostumus kirjataan neuvolan potilastietoihin. Oikeusperuste sähköiselle siirrolle varmistetaan.",
    ),
    Written(
        CLINIC,
        4,
        agreed=True,
        fi="Päiväkodin johtaja vastaa siitä, että havainnot ovat neuvolassa ajoissa. Neuvolan esihenkilö vastaa "
        "yhteenvedosta ja siitä, että perhe saa jatko-ohjauksen.",
        sv="Daghemsföreståndaren ansvarar för att iakttagelserna är hos rådgivningen i tid. Närchefen ansvarar för "
        "sammanfattningen och för att familjen får fortsatt handledning.",
    ),
    Written(
        CLINIC,
        5,
        own="Lomakkeiden täyttöön menee noin tunti lasta kohden. Sijaisia ei ole varattu.",
        other="Yhteisiin keskusteluihin on varattu kaksi iltapäivää kuukaudessa.",
    ),
    Written(
        CLINIC,
        6,
        half=True,
        fi="Varhaiskasvatuksen päällikkö ja neuvolan esihenkilö tapaavat kahdesti vuodessa ja sopivat muutoksista.",
        own="Tapaamiset ovat toteutuneet, mutta muistiot ovat olleet sähköpostissa.",
    ),
    Written(
        CLINIC,
        8,
        agreed=True,
        fi="Ensin työntekijät soittavat toisilleen. Jos asia ei selviä viikossa, esihenkilöt sopivat ratkaisusta. Sen "
        "jälkeen asia viedään johdon yhteistyöryhmään.",
        sv="Först ringer medarbetarna varandra. Om saken inte klaras upp på en vecka avgör närcheferna. Därefter förs "
        "ärendet till ledningens samarbetsgrupp.",
    ),
    Written(
        WELFARE,
        1,
        agreed=True,
        fi="Huolesta puhutaan ensin vanhemman kanssa. Yhteydenotto lapsen tuen tarpeen arvioimiseksi tehdään mieluiten "
        "yhdessä perheen kanssa, ja lastensuojeluilmoitus viipymättä silloin kun ilmoitusvelvollisuus täyttyy.",
        sv="Oron tas först upp med föräldern. Kontakt för bedömning av barnets stödbehov tas helst tillsammans med "
        "familjen, och barnskyddsanmälan görs utan dröjsmål när anmälningsskyldigheten uppfylls.",
    ),
    Written(
        WELFARE,
        2,
        own="Päiväkoti toivoo kutsua verkostoon aina, kun lapsi on varhaiskasvatuksessa.",
        other="Kutsu lähtee, kun vanhempi on antanut luvan. Käytäntö vaihtelee alueen kunnissa.",
    ),
    Written(
        WELFARE,
        4,
        half=True,
        fi="Sosiaalityöntekijä vastaa asiakassuunnitelmasta ja päiväkodin johtaja siitä, mitä varhaiskasvatus siinä lupaa.",
    ),
    Written(WELFARE, 5, own="Verkostopalavereihin ei ole varattu sijaisia."),
    Written(
        WELFARE,
        9,
        not_applicable="Kehittämisestä sovitaan koko kartalle yhteisesti päiväkodin ja neuvolan yhdyspinnassa.",
    ),
    Written(
        COUNTY,
        1,
        agreed=True,
        fi="Neuvola ohjaa perheen ensin perhekeskuksen palveluihin. Lastensuojelu tulee mukaan, kun avun tarve ylittää "
        "peruspalvelut.",
        sv="Rådgivningen hänvisar familjen först till familjecentrets tjänster. Barnskyddet kommer med när behovet "
        "överstiger basservicen.",
    ),
    Written(
        COUNTY,
        2,
        agreed=True,
        fi="Odottavan perheen tuen tarve arvioidaan neuvolan ja lastensuojelun yhteisessä tapaamisessa ennen syntymää.",
        sv="Stödbehovet hos en familj som väntar barn bedöms på ett gemensamt möte före födseln.",
    ),
    Written(
        COUNTY,
        3,
        agreed=True,
        fi="Tieto kulkee hyvinvointialueen omassa järjestelmässä kirjatun luvan mukaan.",
        sv="Informationen går i välfärdsområdets eget system enligt antecknat samtycke.",
    ),
    Written(COUNTY, 4, fi="Omatyöntekijä nimetään yhteisessä tapaamisessa."),
    Written(
        COUNTY,
        5,
        agreed=True,
        fi="Yhteisiin tapaamisiin on varattu yksi iltapäivä viikossa.",
        sv="En eftermiddag i veckan är reserverad för gemensamma möten.",
    ),
    Written(
        COUNTY,
        6,
        agreed=True,
        fi="Perhepalvelujen palvelujohtaja johtaa molempia.",
        sv="Servicechefen för familjetjänster leder båda.",
    ),
    Written(COUNTY, 7, other="Tavoitteena on, että perhe kertoo asiansa vain kerran."),
    Written(COUNTY, 8, other="Esihenkilöt ratkaisevat samana päivänä."),
)

PORVOO_YOUTH = (
    Written(
        ("outreach-youth-work", "child-welfare"),
        1,
        agreed=True,
        fi="Etsivä nuorisotyö saattaa nuoren palveluun ja käy ensimmäisellä tapaamisella mukana, jos nuori niin haluaa.",
        sv="Det uppsökande ungdomsarbetet följer den unga till tjänsten och är med på första mötet, om den unga vill.",
    ),
    Written(
        ("outreach-youth-work", "child-welfare"),
        3,
        own="Etsivä työ toimii nuoren luvalla. Tarvitsemme tiedon, kun jälkihuolto päättyy.",
        other="Tietoa voidaan antaa nuoren suostumuksella. Yhteinen suostumuslomake puuttuu.",
    ),
    Written(
        ("outreach-youth-work", "child-welfare"),
        8,
        half=True,
        fi="Jos yhteyttä ei saada kahdessa työpäivässä, soitetaan lastensuojelun päivystävään numeroon.",
    ),
    Written(
        ("educational-institutions", "child-welfare"),
        1,
        fi="Oppilaitoksen kuraattori kutsuu verkoston koolle, kun nuoren opinnot ovat keskeytymässä.",
    ),
    Written(
        ("educational-institutions", "child-welfare"),
        2,
        own="Opiskeluhuoltoryhmä kokoontuu viikoittain.",
        other="Lastensuojelu osallistuu, kun nuorella on asiakassuunnitelma.",
    ),
    Written(
        ("guidance-centre", "child-welfare"),
        4,
        own="Ohjaamossa on sosiaalityöntekijä paikalla joka toinen viikko.",
    ),
    Written(
        ("youth-workshop", "child-welfare"),
        5,
        not_applicable="Työpajapaikka rahoitetaan muulla sopimuksella, eikä lastensuojelu osallistu kuluihin.",
    ),
)

LOVIISA = (
    Written(
        CLINIC,
        1,
        agreed=True,
        sv="Daghemmet tar kontakt med rådgivningen tillsammans med föräldern. Rådgivningen svarar inom tre arbetsdagar.",
        fi="Päiväkoti ottaa yhteyttä neuvolaan yhdessä vanhemman kanssa. Neuvola vastaa kolmen työpäivän kuluessa.",
    ),
    Written(
        CLINIC,
        2,
        half=True,
        sv="Fyraårskontrollen görs tillsammans, och blanketten finns på båda språken.",
        own="Blanketten behövs på svenska och finska i alla daghem.",
        other="Den finska blanketten är i bruk, den svenska översätts.",
    ),
    Written(CLINIC, 3, own="Vi behöver veta vem som tar emot blanketten under semestern."),
    Written(WELFARE, 1, own="Anmälan görs av den som märkt behovet, med stöd av föreståndaren."),
)

HELSINKI = (
    Written(
        CLINIC,
        1,
        agreed=True,
        fi="Päiväkoti ja neuvola käyttävät samaa yhteydenottolomaketta, ja perhe saa vastauksen viikon kuluessa.",
        sv="Daghemmet och rådgivningen använder samma kontaktblankett, och familjen får svar inom en vecka.",
    ),
    Written(CLINIC, 3, own="Toimialojen järjestelmät ovat erilliset; tieto kulkee vanhemman mukana."),
    Written(
        WELFARE, 2, half=True, fi="Verkostopalaverin kutsuu koolle se toimiala, jonka asiakkuus alkoi ensin."
    ),
)

CUSTOMER_QUESTIONS = {
    "daycare": {
        "where_fi": "Lähimmästä päiväkodista. Paikkaa haetaan kunnan sähköisessä asioinnissa neljä kuukautta ennen tarvetta.",
        "how_fi": "Perhe hakee itse. Neuvola auttaa hakemuksessa, kun perhe sitä toivoo.",
    },
    "child-health-clinic": {
        "where_fi": "Oman alueen neuvolasta. Ajan saa puhelimitse tai sähköisesti.",
        "how_fi": "Perhe ottaa yhteyttä itse raskauden alussa; muuttava perhe siirtyy uuden alueen neuvolaan.",
    },
    "child-welfare": {
        "where_fi": "Hyvinvointialueen lapsiperheiden sosiaalipalveluista, kiireessä sosiaalipäivystyksestä.",
        "how_fi": "Perheen oma yhteydenotto, ammattilaisen yhteydenotto perheen kanssa tai lastensuojeluilmoitus.",
    },
}
