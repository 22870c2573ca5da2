"""The service classes: slides 3-4 of the seed deck, and the social and health services that meet them."""

from typing import Any

from django.db import migrations

# key, kind, Finnish, Swedish, English; children follow their parent, one level deeper
CLASSES: list[tuple[str, str, str, str, str, list[tuple[str, str, str, str]]]] = [
    ("early-childhood-education", "service", "Varhaiskasvatus", "Småbarnspedagogik", "Early childhood education and care", [
        ("daycare", "Päiväkoti", "Daghem", "Daycare centre"),
        ("family-day-care", "Perhepäivähoito", "Familjedagvård", "Family day care"),
        ("open-early-childhood-education", "Avoin varhaiskasvatus", "Öppen småbarnspedagogik", "Open early childhood education"),
    ]),
    ("education", "service", "Koulutus", "Utbildning", "Education", [
        ("educational-institutions", "Oppilaitokset", "Läroanstalter", "Educational institutions"),
        ("pre-primary", "Esiopetus", "Förskoleundervisning", "Pre-primary education"),
        ("basic-education", "Perusopetus", "Grundläggande utbildning", "Basic education"),
        ("upper-secondary", "Lukiokoulutus", "Gymnasieutbildning", "General upper secondary education"),
        ("vocational", "Ammatillinen koulutus", "Yrkesutbildning", "Vocational education and training"),
        ("liberal-adult-education", "Vapaa sivistystyö", "Fritt bildningsarbete", "Liberal adult education"),
    ]),
    ("arts-and-culture", "service", "Taide ja kulttuuri", "Konst och kultur", "Arts and culture", [
        ("cultural-services", "Kulttuuripalvelut", "Kulturtjänster", "Cultural services"),
        ("basic-education-in-arts", "Taiteen perusopetus", "Grundläggande konstundervisning", "Basic education in the arts"),
    ]),
    ("library", "service", "Kirjasto", "Bibliotek", "Library", [
        ("library-services", "Kirjastopalvelut", "Bibliotekstjänster", "Library services"),
    ]),
    ("sports", "service", "Liikunta", "Idrott och motion", "Sports and physical activity", [
        ("sports-services", "Liikuntapalvelut", "Idrottstjänster", "Sports services"),
    ]),
    ("youth-services", "service", "Nuorten palvelut", "Tjänster för unga", "Services for young people", [
        ("youth-work", "Nuorisotyö", "Ungdomsarbete", "Youth work"),
        ("outreach-youth-work", "Etsivä nuorisotyö", "Uppsökande ungdomsarbete", "Outreach youth work"),
        ("youth-workshop", "Nuorten työpaja", "Ungdomsverkstad", "Youth workshop"),
        ("guidance-centre", "Ohjaamo", "Navigatorn", "One-Stop Guidance Centre"),
        ("youth-service-point", "Nuorten palvelupiste", "Servicepunkt för unga", "Youth service point"),
    ]),
    ("family-services", "service", "Lasten, nuorten ja perheiden sote-palvelut", "Social- och hälsotjänster för barn, unga och familjer", "Social and health services for children, young people and families", [
        ("child-health-clinic", "Neuvola", "Rådgivningsbyrå", "Maternity and child health clinic"),
        ("family-centre", "Perhekeskus", "Familjecenter", "Family centre"),
        ("family-guidance", "Kasvatus- ja perheneuvonta", "Uppfostrings- och familjerådgivning", "Child guidance and family counselling"),
        ("family-social-work", "Lapsiperheiden sosiaalityö", "Socialt arbete för barnfamiljer", "Social work for families with children"),
        ("home-help-for-families", "Lapsiperheiden kotipalvelu", "Hemservice för barnfamiljer", "Home help for families with children"),
        ("child-welfare", "Lastensuojelu", "Barnskydd", "Child welfare"),
    ]),
    ("student-welfare", "service", "Opiskeluhuolto", "Elevhälsa", "Student welfare", [
        ("school-social-worker", "Kuraattoripalvelut", "Kuratorstjänster", "School social worker services"),
        ("school-psychologist", "Koulupsykologipalvelut", "Skolpsykologtjänster", "School psychologist services"),
        ("school-health-care", "Kouluterveydenhuolto", "Skolhälsovård", "School health care"),
        ("student-health-care", "Opiskeluterveydenhuolto", "Studerandehälsovård", "Student health care"),
    ]),
    ("other-sote", "service", "Muut sote-palvelut", "Övriga social- och hälsotjänster", "Other social and health services", [
        ("mental-health-for-young", "Lasten ja nuorten mielenterveyspalvelut", "Mentalvårdstjänster för barn och unga", "Mental health services for children and young people"),
        ("substance-abuse-services", "Päihdepalvelut", "Missbrukarvård", "Substance abuse services"),
        ("disability-services", "Vammaispalvelut", "Funktionshinderservice", "Disability services"),
        ("adult-social-work", "Aikuissosiaalityö", "Vuxensocialarbete", "Adult social work"),
        ("rehabilitation-for-children", "Lasten kuntoutus", "Rehabilitering för barn", "Rehabilitation for children"),
    ]),
    ("leisure", "theme", "Harrastaminen", "Fritidsverksamhet", "Leisure activities", []),
    ("lifelong-learning", "theme", "Elinikäinen oppiminen", "Livslångt lärande", "Lifelong learning", []),
    ("participation", "theme", "Osallisuus", "Delaktighet", "Participation", []),
    ("activity", "theme", "Aktiivisuus", "Aktivitet", "Activity", []),
    ("sense-of-community", "theme", "Yhteisöllisyys", "Gemenskap", "Sense of community", []),
    ("premises", "enabler", "Tilat ja alueet", "Lokaler och områden", "Premises and areas", []),
    ("ict", "enabler", "ICT-ratkaisut", "IKT-lösningar", "ICT solutions", []),
    ("living-environment", "enabler", "Elinympäristö", "Livsmiljö", "Living environment", []),
    ("transport", "enabler", "Liikenne", "Trafik", "Transport", []),
    ("communications", "enabler", "Viestintä", "Kommunikation", "Communications", []),
]


def load(apps: Any, _schema_editor: Any) -> None:
    node = apps.get_model("services", "ServiceNode")
    position = 0
    for key, kind, name_fi, name_sv, name_en, children in CLASSES:
        position += 10
        parent = node.objects.create(
            key=key, kind=kind, name_fi=name_fi, name_sv=name_sv, name_en=name_en, position=position
        )
        for child_key, child_fi, child_sv, child_en in children:
            position += 10
            node.objects.create(
                key=child_key, kind=kind, parent=parent, name_fi=child_fi, name_sv=child_sv, name_en=child_en,
                position=position,
            )


def unload(apps: Any, _schema_editor: Any) -> None:
    apps.get_model("services", "ServiceNode").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("services", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
