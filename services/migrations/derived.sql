-- What follows from the rows, said once: views.

CREATE VIEW services_mapreader AS
WITH reader AS NOT MATERIALIZED (
    SELECT party.map_id, reader.user_id, reader.through_id, reader.role, reader.is_member
    FROM collaboration_organisationreader reader
    JOIN services_mapparty party ON party.organisation_id = reader.organisation_id AND party.archived_at IS NULL
    UNION ALL
    SELECT care.map_id, seat.user_id, seat.organisation_id, 'reader', false
    FROM services_mapforum care
    JOIN collaboration_actingseat seat ON seat.forum_id = care.forum_id AND seat.role <> 'expert'
)
SELECT map_id, user_id, through_id, role, is_member, true AS is_own FROM reader
UNION ALL
SELECT map.base_id, reader.user_id, reader.through_id, reader.role, false, false
FROM reader JOIN services_interfacemap map ON map.id = reader.map_id WHERE map.base_id IS NOT NULL;

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
CREATE FUNCTION confirmation_state(confirmed text, agreed text) RETURNS text LANGUAGE sql IMMUTABLE RETURN
    CASE WHEN confirmed IS NULL THEN 'none' WHEN agreed <> '' AND confirmed = agreed THEN 'given' ELSE 'outdated' END;

CREATE VIEW services_confirmation AS
SELECT answer.id AS answer_id, answer.aspect_id, answer.answer_fi <> '' OR answer.answer_sv <> '' AS has_words,
    confirmation_state(
        answer.confirmed_text, agreed_text(map.source_language, aspect.shared_fi, aspect.shared_sv)
    ) AS state
FROM services_aspectanswer answer
JOIN services_aspect aspect ON aspect.id = answer.aspect_id
JOIN services_interface interface ON interface.id = aspect.interface_id
JOIN services_interfacemap map ON map.id = interface.map_id;

CREATE VIEW services_derivedstatus AS
SELECT aspect.id AS aspect_id, aspect.interface_id,
    CASE
        WHEN aspect.not_applicable_reason <> '' THEN 'not_applicable'
        WHEN of_parties.all_confirmed THEN 'agreed'
        WHEN aspect.shared_fi <> '' OR aspect.shared_sv <> '' OR of_parties.have_words THEN 'in_progress'
        WHEN CASE aspect.number
            WHEN 2 THEN EXISTS (SELECT FROM services_processstep row WHERE row.aspect_id = aspect.id AND row.archived_at IS NULL)
            WHEN 3 THEN EXISTS (SELECT FROM services_informationflow row WHERE row.aspect_id = aspect.id AND row.archived_at IS NULL)
            WHEN 4 THEN EXISTS (
                SELECT FROM services_processstep row JOIN services_aspect process ON process.id = row.aspect_id
                WHERE process.interface_id = aspect.interface_id AND row.archived_at IS NULL AND row.accountable_id IS NOT NULL
            )
            WHEN 5 THEN EXISTS (SELECT FROM services_partyresource row WHERE row.aspect_id = aspect.id AND row.archived_at IS NULL)
            WHEN 6 THEN EXISTS (SELECT FROM services_leader row WHERE row.aspect_id = aspect.id AND row.archived_at IS NULL)
            WHEN 7 THEN EXISTS (SELECT FROM services_goalrow row WHERE row.aspect_id = aspect.id AND row.archived_at IS NULL)
            WHEN 8 THEN EXISTS (SELECT FROM services_pathstep row WHERE row.aspect_id = aspect.id AND row.archived_at IS NULL)
            WHEN 9 THEN EXISTS (SELECT FROM services_forumrow row WHERE row.aspect_id = aspect.id AND row.archived_at IS NULL)
        END THEN 'in_progress'
        ELSE 'missing'
    END AS status
FROM services_aspect aspect
CROSS JOIN LATERAL (
    SELECT bool_and(confirmation.state = 'given') AS all_confirmed, bool_or(confirmation.has_words) AS have_words
    FROM services_confirmation confirmation WHERE confirmation.aspect_id = aspect.id
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
        AS is_being_rated
FROM services_interfacemap map;
