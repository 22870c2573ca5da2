"""What follows from the rows, said once: views; and what is kept of it, by triggers in the statement that changes it."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

VIEWS = """
CREATE VIEW services_mapreader AS
WITH party AS NOT MATERIALIZED (
    SELECT membership.user_id, party.map_id
    FROM collaboration_membership membership
    JOIN collaboration_user person ON person.id = membership.user_id AND person.is_active
    JOIN collaboration_organisationreach reach ON reach.organisation_id = membership.organisation_id
    JOIN services_mapparty party ON party.organisation_id = reach.reached_id AND party.archived_at IS NULL
)
SELECT map_id, user_id, true AS is_own FROM party
UNION ALL
SELECT map.base_id, party.user_id, false FROM party JOIN services_interfacemap map ON map.id = party.map_id
WHERE map.base_id IS NOT NULL;

CREATE VIEW services_liveinterface AS
SELECT interface.id AS interface_id, interface.map_id,
    ARRAY(SELECT status FROM services_aspect WHERE interface_id = interface.id ORDER BY number) AS statuses,
    ARRAY(SELECT follows_base FROM services_aspect WHERE interface_id = interface.id ORDER BY number) AS inherited,
    ARRAY(
        SELECT met.mapservice_id FROM services_interface_services met
        JOIN services_mapservice place ON place.id = met.mapservice_id
        JOIN services_mapparty party ON party.id = place.party_id
        WHERE met.interface_id = interface.id ORDER BY party.lane, met.mapservice_id
    ) AS met
FROM services_interface interface
WHERE interface.archived_at IS NULL AND NOT EXISTS (
    SELECT FROM services_interface_services met JOIN services_mapservice place ON place.id = met.mapservice_id
    WHERE met.interface_id = interface.id AND place.archived_at IS NOT NULL
);

CREATE FUNCTION agreed_text(language text, in_finnish text, in_swedish text) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN language = 'sv' THEN in_swedish ELSE in_finnish END;
CREATE FUNCTION consent_state(consented text, agreed text) RETURNS text LANGUAGE sql IMMUTABLE RETURN
    CASE WHEN consented IS NULL THEN 'none' WHEN agreed <> '' AND consented = agreed THEN 'given' ELSE 'outdated' END;

CREATE VIEW services_consent AS
SELECT answer.id AS answer_id, answer.aspect_id, answer.answer_fi <> '' OR answer.answer_sv <> '' AS has_words,
    consent_state(
        answer.consented_text, agreed_text(map.source_language, aspect.shared_fi, aspect.shared_sv)
    ) AS state
FROM services_aspectanswer answer
JOIN services_aspect aspect ON aspect.id = answer.aspect_id
JOIN services_interface interface ON interface.id = aspect.interface_id
JOIN services_interfacemap map ON map.id = interface.map_id;

CREATE VIEW services_derivedstatus AS
SELECT aspect.id AS aspect_id, aspect.interface_id,
    CASE
        WHEN aspect.not_applicable_reason <> '' THEN 'not_applicable'
        WHEN of_parties.all_consent THEN 'agreed'
        WHEN aspect.shared_fi <> '' OR aspect.shared_sv <> '' OR of_parties.have_words THEN 'in_progress'
        WHEN CASE aspect.number
            WHEN 2 THEN EXISTS (SELECT FROM services_processstep row WHERE row.aspect_id = aspect.id AND row.archived_at IS NULL)
            WHEN 3 THEN EXISTS (SELECT FROM services_informationflow row WHERE row.aspect_id = aspect.id AND row.archived_at IS NULL)
            WHEN 4 THEN EXISTS (
                SELECT FROM services_processstep row JOIN services_aspect process ON process.id = row.aspect_id
                WHERE process.interface_id = aspect.interface_id AND row.archived_at IS NULL AND row.accountable_id IS NOT NULL
            )
            WHEN 5 THEN EXISTS (SELECT FROM services_partyresource row WHERE row.aspect_id = aspect.id AND row.archived_at IS NULL)
            WHEN 6 THEN EXISTS (SELECT FROM services_manager row WHERE row.aspect_id = aspect.id AND row.archived_at IS NULL)
            WHEN 7 THEN EXISTS (SELECT FROM services_sharedgoal row WHERE row.aspect_id = aspect.id AND row.archived_at IS NULL)
            WHEN 8 THEN EXISTS (SELECT FROM services_escalationstep row WHERE row.aspect_id = aspect.id AND row.archived_at IS NULL)
        END THEN 'in_progress'
        ELSE 'missing'
    END AS status
FROM services_aspect aspect
CROSS JOIN LATERAL (
    SELECT bool_and(consent.state = 'given') AS all_consent, bool_or(consent.has_words) AS have_words
    FROM services_consent consent WHERE consent.aspect_id = aspect.id
) of_parties;

CREATE VIEW services_derivedtally AS
SELECT map.id AS map_id, counted.*, (
        SELECT party.organisation_id FROM services_mapparty party
        WHERE party.map_id = map.id AND party.side = 'county' AND party.archived_at IS NULL
            AND map.status = 'draft' AND NOT map.is_base
        ORDER BY party.id LIMIT 1
    ) AS county_id
FROM services_interfacemap map
CROSS JOIN LATERAL (
    SELECT count(DISTINCT live.interface_id)::integer AS interfaces,
        (count(*) FILTER (WHERE aspect.status = 'agreed'))::integer AS agreed,
        (count(*) FILTER (WHERE aspect.status = 'in_progress'))::integer AS in_progress,
        (count(*) FILTER (WHERE aspect.status = 'missing'))::integer AS missing,
        (count(*) FILTER (WHERE aspect.status = 'not_applicable'))::integer AS not_applicable,
        (count(*) FILTER (WHERE aspect.follows_base))::integer AS follows
    FROM services_liveinterface live LEFT JOIN services_aspect aspect ON aspect.interface_id = live.interface_id
    WHERE live.map_id = map.id
) counted;

CREATE VIEW services_maphead AS
SELECT map.id AS map_id,
    (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'id', party.id, 'organisation', organisation.id, 'side', party.side, 'kind', organisation.kind,
            'name_fi', organisation.name_fi, 'name_sv', organisation.name_sv,
            'unit_of_fi', parent.name_fi, 'unit_of_sv', parent.name_sv
        ) ORDER BY party.lane, party.id), '[]')
        FROM services_mapparty party
        JOIN collaboration_organisation organisation ON organisation.id = party.organisation_id
        LEFT JOIN collaboration_organisation parent ON parent.id = organisation.parent_id
        WHERE party.map_id = map.id AND party.archived_at IS NULL
    ) AS party_rows,
    (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'major', version.major, 'minor', version.minor, 'number', version.major || '.' || version.minor
        )), '[]')
        FROM services_mapversion version WHERE version.map_id = map.id AND version.status = 'published'
    ) AS newest_version,
    EXISTS (SELECT FROM services_approvalround round WHERE round.map_id = map.id AND round.status = 'open')
        AS waits_for_approval,
    EXISTS (SELECT FROM services_ratinground round WHERE round.map_id = map.id AND round.status = 'open')
        AS is_being_rated,
    (
        (SELECT count(*) + count(*) FILTER (WHERE status <> 'open') FROM services_approvalround WHERE map_id = map.id)
        + (
            SELECT count(*) FROM services_approval approval
            JOIN services_approvalround round ON round.id = approval.round_id WHERE round.map_id = map.id
        )
        + (SELECT count(*) + count(*) FILTER (WHERE status <> 'published') FROM services_mapversion WHERE map_id = map.id)
        + (SELECT count(*) + count(*) FILTER (WHERE status <> 'open') FROM services_ratinground WHERE map_id = map.id)
        + (
            SELECT count(*) FROM services_rating rating JOIN services_ratinground round ON round.id = rating.round_id
            WHERE round.map_id = map.id AND rating.revealed_at IS NOT NULL
        )
    )::integer AS news
FROM services_interfacemap map;
"""

NO_VIEWS = "".join(
    f"DROP VIEW services_{name};\n"
    for name in ("maphead", "derivedtally", "derivedstatus", "consent", "liveinterface", "mapreader")
)
NO_VIEWS += "DROP FUNCTION consent_state(text, text); DROP FUNCTION agreed_text(text, text, text);"

KEEPING = """
CREATE FUNCTION keep_tallies(touched bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO services_maptally (map_id, interfaces, agreed, in_progress, missing, not_applicable, follows)
        SELECT id, 0, 0, 0, 0, 0, 0 FROM services_interfacemap WHERE id = ANY(touched) ORDER BY id
        ON CONFLICT DO NOTHING;
    -- Who comes second waits here, and then counts what the first has written.
    PERFORM FROM services_maptally WHERE map_id = ANY(touched) ORDER BY map_id FOR NO KEY UPDATE;
    UPDATE services_maptally kept SET interfaces = derived.interfaces, agreed = derived.agreed,
        in_progress = derived.in_progress, missing = derived.missing, not_applicable = derived.not_applicable,
        follows = derived.follows, county_id = derived.county_id
    FROM services_derivedtally derived WHERE derived.map_id = kept.map_id AND kept.map_id = ANY(touched);
END $$;

CREATE FUNCTION keep_statuses(touched bigint[]) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE services_aspect kept SET status = derived.status FROM services_derivedstatus derived
    WHERE derived.aspect_id = kept.id AND kept.interface_id = ANY(touched) AND kept.status <> derived.status;
    RETURN FOUND;
END $$;

CREATE FUNCTION maps_of_interfaces(touched bigint[]) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY(SELECT DISTINCT map_id FROM services_interface WHERE id = ANY(touched))
$$;

CREATE FUNCTION aspects_were_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[];
BEGIN
    touched := ARRAY(
        SELECT DISTINCT new_row.interface_id FROM new_rows new_row JOIN old_rows old_row USING (id)
        WHERE (new_row.shared_fi, new_row.shared_sv, new_row.not_applicable_reason, new_row.status)
            IS DISTINCT FROM (old_row.shared_fi, old_row.shared_sv, old_row.not_applicable_reason, old_row.status)
    );
    IF touched <> '{}' AND keep_statuses(touched)
        OR EXISTS (
            SELECT FROM new_rows new_row JOIN old_rows old_row USING (id)
            WHERE new_row.follows_base <> old_row.follows_base OR new_row.status <> old_row.status
        )
    THEN
        PERFORM keep_tallies(maps_of_interfaces(ARRAY(SELECT DISTINCT interface_id FROM new_rows)));
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION aspects_came_or_went() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[] := ARRAY(SELECT DISTINCT interface_id FROM changed_rows);
BEGIN
    PERFORM keep_statuses(touched);
    PERFORM keep_tallies(maps_of_interfaces(touched));
    RETURN NULL;
END $$;

CREATE FUNCTION rows_beside_aspects_were_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[] := ARRAY(
    SELECT DISTINCT interface_id FROM services_aspect WHERE id IN (SELECT aspect_id FROM changed_rows)
);
BEGIN
    IF keep_statuses(touched) THEN
        PERFORM keep_tallies(maps_of_interfaces(touched));
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION map_was_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM keep_statuses(ARRAY(SELECT id FROM services_interface WHERE map_id = NEW.id));
    PERFORM keep_tallies(ARRAY[NEW.id]);
    RETURN NULL;
END $$;

CREATE FUNCTION rows_of_map_were_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM keep_tallies(ARRAY[CASE TG_OP WHEN 'DELETE' THEN OLD.map_id ELSE NEW.map_id END]);
    RETURN NULL;
END $$;

CREATE FUNCTION services_met_or_parted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM keep_tallies(maps_of_interfaces(ARRAY[CASE TG_OP WHEN 'DELETE' THEN OLD.interface_id ELSE NEW.interface_id END]));
    RETURN NULL;
END $$;

CREATE TRIGGER a_map_keeps_its_tally AFTER INSERT ON services_interfacemap
    FOR EACH ROW EXECUTE FUNCTION map_was_changed();
CREATE TRIGGER a_changed_map_keeps_its_tally AFTER UPDATE ON services_interfacemap FOR EACH ROW
    WHEN ((NEW.source_language, NEW.status, NEW.is_base) IS DISTINCT FROM (OLD.source_language, OLD.status, OLD.is_base))
    EXECUTE FUNCTION map_was_changed();
CREATE TRIGGER a_place_keeps_the_tally AFTER UPDATE ON services_mapservice FOR EACH ROW
    WHEN ((NEW.archived_at IS NULL) <> (OLD.archived_at IS NULL))
    EXECUTE FUNCTION rows_of_map_were_changed();
CREATE TRIGGER a_changed_interface_keeps_the_tally AFTER UPDATE ON services_interface FOR EACH ROW
    WHEN ((NEW.archived_at IS NULL) <> (OLD.archived_at IS NULL))
    EXECUTE FUNCTION rows_of_map_were_changed();
CREATE TRIGGER an_interface_keeps_the_tally AFTER INSERT OR DELETE ON services_interface
    FOR EACH ROW EXECUTE FUNCTION rows_of_map_were_changed();
CREATE TRIGGER a_party_keeps_the_tally AFTER INSERT OR UPDATE OR DELETE ON services_mapparty
    FOR EACH ROW EXECUTE FUNCTION rows_of_map_were_changed();
CREATE TRIGGER a_meeting_keeps_the_tally AFTER INSERT OR DELETE ON services_interface_services
    FOR EACH ROW EXECUTE FUNCTION services_met_or_parted();
CREATE TRIGGER changed_aspects_keep_their_status AFTER UPDATE ON services_aspect
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION aspects_were_changed();
"""

BESIDE_ASPECTS = (
    "aspectanswer",
    "processstep",
    "informationflow",
    "partyresource",
    "manager",
    "sharedgoal",
    "escalationstep",
)
TRIGGER = """
CREATE TRIGGER {table}_keep_the_status_on_{event} AFTER {event} ON services_{table}
    REFERENCING {which} TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION {function}();
"""
KEEPING += "".join(
    TRIGGER.format(table=table, event=event, which="OLD" if event == "DELETE" else "NEW", function=function)
    for tables, events, function in (
        (["aspect"], ["INSERT", "DELETE"], "aspects_came_or_went"),
        (BESIDE_ASPECTS, ["INSERT", "UPDATE", "DELETE"], "rows_beside_aspects_were_changed"),
    )
    for table in tables
    for event in events
)

FUNCTIONS = (
    *("aspects_were_changed()", "aspects_came_or_went()", "rows_beside_aspects_were_changed()"),
    *("map_was_changed()", "rows_of_map_were_changed()", "services_met_or_parted()"),
    *("keep_statuses(bigint[])", "keep_tallies(bigint[])", "maps_of_interfaces(bigint[])"),
)
NO_KEEPING = "".join(f"DROP FUNCTION {function} CASCADE;\n" for function in FUNCTIONS)

FIRST = """
SELECT keep_statuses(ARRAY(SELECT id FROM services_interface));
SELECT keep_tallies(ARRAY(SELECT id FROM services_interfacemap));
"""


class Migration(migrations.Migration):

    dependencies = [
        ('collaboration', '0007_organisation_reach'),
        ('services', '0008_exports'),
    ]

    operations = [
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('answer', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='consent', serialize=False, to='services.aspectanswer')),
                ('state', models.CharField(choices=[('given', 'given'), ('none', 'none'), ('outdated', 'outdated')], max_length=8)),
            ],
            options={
                'verbose_name': 'consent',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='DerivedStatus',
            fields=[
                ('aspect', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='derived', serialize=False, to='services.aspect')),
                ('status', models.CharField(choices=[('agreed', 'agreed'), ('in_progress', 'in progress'), ('missing', 'missing'), ('not_applicable', 'not applicable')], editable=False, max_length=15)),
            ],
            options={
                'verbose_name': 'derived status',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='DerivedTally',
            fields=[
                ('interfaces', models.PositiveIntegerField(default=0, editable=False)),
                ('agreed', models.PositiveIntegerField(default=0, editable=False)),
                ('in_progress', models.PositiveIntegerField(default=0, editable=False)),
                ('missing', models.PositiveIntegerField(default=0, editable=False)),
                ('not_applicable', models.PositiveIntegerField(default=0, editable=False)),
                ('follows', models.PositiveIntegerField(default=0, editable=False)),
                ('map', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='derived_tally', serialize=False, to='services.interfacemap')),
            ],
            options={
                'verbose_name': 'derived tally',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='LiveInterface',
            fields=[
                ('interface', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='live', serialize=False, to='services.interface')),
                ('statuses', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=15), size=None)),
                ('inherited', django.contrib.postgres.fields.ArrayField(base_field=models.BooleanField(), size=None)),
                ('met', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ],
            options={
                'verbose_name': 'interface on its map',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='MapHead',
            fields=[
                ('map', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='head', serialize=False, to='services.interfacemap')),
                ('party_rows', models.JSONField()),
                ('newest_version', models.JSONField()),
                ('waits_for_approval', models.BooleanField()),
                ('is_being_rated', models.BooleanField()),
                ('news', models.IntegerField()),
            ],
            options={
                'verbose_name': 'head of a map',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='MapReader',
            fields=[
                ('pk', models.CompositePrimaryKey('map_id', 'user_id', 'is_own', blank=True, editable=False, primary_key=True, serialize=False)),
                ('is_own', models.BooleanField()),
            ],
            options={
                'verbose_name': 'reader of a map',
                'managed': False,
            },
        ),
        migrations.AddField(
            model_name='aspect',
            name='status',
            field=models.CharField(choices=[('agreed', 'agreed'), ('in_progress', 'in progress'), ('missing', 'missing'), ('not_applicable', 'not applicable')], db_default='missing', default='missing', editable=False, max_length=15, verbose_name='status'),
        ),
        migrations.CreateModel(
            name='MapTally',
            fields=[
                ('interfaces', models.PositiveIntegerField(default=0, editable=False)),
                ('agreed', models.PositiveIntegerField(default=0, editable=False)),
                ('in_progress', models.PositiveIntegerField(default=0, editable=False)),
                ('missing', models.PositiveIntegerField(default=0, editable=False)),
                ('not_applicable', models.PositiveIntegerField(default=0, editable=False)),
                ('follows', models.PositiveIntegerField(default=0, editable=False)),
                ('map', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='tally', serialize=False, to='services.interfacemap')),
                ('county', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collaboration.organisation')),
            ],
            options={
                'verbose_name': 'tally of a map',
                'verbose_name_plural': 'tallies of maps',
            },
        ),
        migrations.RunSQL(VIEWS, NO_VIEWS),
        migrations.RunSQL(KEEPING, NO_KEEPING),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
    ]
