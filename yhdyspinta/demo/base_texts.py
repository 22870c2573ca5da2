"""The texts of the demo's base map. Invented for the demo, as all of its texts are."""

from yhdyspinta.demo.texts import CLINIC, COUNTY, WELFARE, Written

TALK_FIRST = Written(
    CLINIC,
    8,
    fi="Työntekijät soittavat ensin toisilleen. Jos asia ei selviä kahdessa viikossa, esihenkilöt sopivat ratkaisusta.",
    sv="Medarbetarna ringer först varandra. Om saken inte klaras upp på två veckor avgör närcheferna.",
)
SHARED_GOAL = Written(
    CLINIC,
    7,
    fi="Jokainen lapsi saa tarvitsemansa tuen ennen esiopetuksen alkua, eikä perhe kerro samaa asiaa kahdesti.",
    sv="Varje barn får det stöd som behövs före förskoleundervisningen, och familjen berättar inte samma sak två gånger.",
)

BASE_MAP = (
    Written(
        CLINIC,
        1,
        fi="Päiväkoti ohjaa perheen neuvolaan, kun huoli koskee lapsen kasvua, kehitystä tai perheen jaksamista. Neuvola "
        "vastaa viiden työpäivän kuluessa.",
        sv="Daghemmet hänvisar familjen till rådgivningen när oron gäller barnets tillväxt, utveckling eller familjens "
        "ork. Rådgivningen svarar inom fem arbetsdagar.",
    ),
    Written(
        CLINIC,
        2,
        fi="Laaja nelivuotistarkastus tehdään yhteistyössä: päiväkoti kirjaa havaintonsa vanhemman kanssa ja neuvola "
        "palauttaa yhteenvedon.",
        sv="Den omfattande fyraårskontrollen görs tillsammans: daghemmet antecknar sina iakttagelser med föräldern och "
        "rådgivningen ger en sammanfattning.",
    ),
    Written(
        CLINIC,
        3,
        fi="Päiväkodin ja neuvolan tieto lapsesta kulkee vanhemman suostumuksella. Suostumus pyydetään yhteisellä "
        "lomakkeella, joka on molemmilla kielillä.",
        sv="Information om barnet mellan daghemmet och rådgivningen ges med förälderns samtycke. Samtycket begärs med en "
        "gemensam blankett som finns på båda språken.",
    ),
    Written(
        CLINIC,
        4,
        fi="Päiväkodin johtaja vastaa havaintojen toimittamisesta ja neuvolan esihenkilö yhteenvedosta.",
        sv="Daghemsföreståndaren ansvarar för att iakttagelserna lämnas och rådgivningens närchef för sammanfattningen.",
    ),
    SHARED_GOAL,
    TALK_FIRST,
    Written(
        CLINIC,
        9,
        fi="Yhteistyötä kehitetään perhekeskusverkostossa, joka kokoontuu neljä kertaa vuodessa.",
        sv="Samarbetet utvecklas i familjecentrets nätverk, som samlas fyra gånger om året.",
    ),
    Written(
        WELFARE,
        1,
        fi="Huolesta puhutaan ensin vanhemman kanssa, ja yhteydenotto tehdään mieluiten yhdessä perheen kanssa.",
        sv="Oron tas först upp med föräldern, och kontakten tas helst tillsammans med familjen.",
    ),
    Written(
        WELFARE,
        3,
        fi="Lastensuojelu kertoo ilmoituksen tehneelle päiväkodille, että ilmoitus on otettu vastaan ja kuka sitä hoitaa.",
        sv="Barnskyddet meddelar det daghem som gjort anmälan att den har tagits emot och vem som sköter den.",
    ),
    Written(
        WELFARE,
        4,
        fi="Sosiaalityöntekijä vastaa asiakassuunnitelmasta ja kutsuu päiväkodin mukaan, kun vanhempi antaa luvan.",
        sv="Socialarbetaren ansvarar för klientplanen och bjuder in daghemmet när föräldern ger tillåtelse.",
    ),
    Written(
        WELFARE,
        8,
        fi="Kiireellisessä huolessa soitetaan sosiaalipäivystykseen. Muuten esihenkilöt sopivat asiasta viikossa.",
        sv="Vid brådskande oro rings socialjouren. Annars kommer närcheferna överens inom en vecka.",
    ),
    Written(
        COUNTY,
        1,
        fi="Neuvola ohjaa perheen ensin perhekeskuksen palveluihin.",
        sv="Rådgivningen hänvisar familjen först till familjecentrets tjänster.",
    ),
    Written(
        COUNTY,
        8,
        fi="Yksiköiden esihenkilöt sopivat ratkaisusta viikossa, sen jälkeen palvelujohtaja päättää.",
        sv="Enheternas närchefer kommer överens inom en vecka, därefter beslutar servicedirektören.",
    ),
)

LATER = Written(
    CLINIC,
    8,
    fi="Työntekijät soittavat ensin toisilleen. Jos asia ei selviä viikossa, esihenkilöt sopivat ratkaisusta. Perheelle "
    "kerrotaan, kuka asiaa hoitaa.",
    sv="Medarbetarna ringer först varandra. Om saken inte klaras upp på en vecka avgör närcheferna. Familjen får veta vem "
    "som sköter saken.",
)
"""What the county changes when Loviisa has already confirmed."""

LOVIISA_FOLLOWS = (
    Written(CLINIC, 7, agreed=True, sv=SHARED_GOAL.sv),
    Written(CLINIC, 8, agreed=True, sv=TALK_FIRST.sv),
)
"""What Loviisa has agreed on as the county wrote it."""
