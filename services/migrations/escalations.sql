-- Escalations: who reads them, who owns them, and what an open one says of its aspect.

CREATE VIEW services_escalationreader AS
WITH owner AS NOT MATERIALIZED (
    SELECT owner.escalation_id, owner.user_id, party.organisation_id
    FROM services_escalationowner owner JOIN services_mapparty party ON party.id = owner.party_id
    WHERE owner.ended_at IS NULL AND owner.user_id IS NOT NULL
)
SELECT escalation.id AS escalation_id, reader.user_id, reader.through_id, reader.role, reader.is_member
FROM services_escalation escalation JOIN services_mapreader reader ON reader.map_id = escalation.map_id AND reader.is_own
UNION ALL
SELECT reporter.escalation_id, reporter.user_id, reporter.organisation_id, 'reporter', false
FROM services_escalationreporter reporter JOIN collaboration_user person ON person.id = reporter.user_id AND person.is_active
UNION ALL
SELECT owner.escalation_id, owner.user_id, owner.organisation_id, 'owner', false
FROM owner JOIN collaboration_user person ON person.id = owner.user_id AND person.is_active
UNION ALL
SELECT owner.escalation_id, stands.deputy_id, owner.organisation_id, 'owner', false
FROM owner JOIN collaboration_standin stands ON stands.user_id = owner.user_id AND stands.seat_key = 0
JOIN collaboration_user person ON person.id = stands.deputy_id AND person.is_active;

-- Who has an escalation in hand for each party on its level, the first of these that there is: a responsible person of
-- the aspect on this level; who handles what comes to its forum, or on this level to a forum that looks after the map;
-- people of the party on this level; on the level of field work any responsible person. Where nobody has been named it
-- falls to the organisation's administrator, and without one to its editors.
CREATE FUNCTION give_escalation_owners(touched bigint[], moment timestamptz)
    RETURNS TABLE (escalation bigint, person bigint, organisation bigint)
    LANGUAGE plpgsql SET plan_cache_mode = auto AS $$
#variable_conflict use_column
BEGIN
    UPDATE services_escalationowner SET ended_at = moment WHERE escalation_id = ANY(touched) AND ended_at IS NULL;
    INSERT INTO services_escalationowner (escalation_id, party_id, level, user_id, is_fallback, since)
    SELECT escalation.id, party.id, escalation.level, chosen.user_id, coalesce(chosen.rank >= 5, true), moment
    FROM services_escalation escalation
    JOIN services_mapparty party ON party.map_id = escalation.map_id AND party.archived_at IS NULL
        AND (escalation.interface_id IS NULL OR EXISTS (
            SELECT FROM services_party of_interface
            WHERE of_interface.interface_id = escalation.interface_id AND of_interface.map_party_id = party.id
        ))
    LEFT JOIN LATERAL (
        SELECT candidate.user_id, candidate.rank FROM (
            SELECT named.user_id,
                CASE WHEN member.level = escalation.level THEN 1 WHEN escalation.level = 'field' THEN 2 ELSE 4 END AS rank
            FROM services_aspect_responsible named
            JOIN collaboration_member member ON member.user_id = named.user_id AND member.ended_at IS NULL
                AND member.organisation_id = party.organisation_id
            WHERE named.aspect_id = escalation.aspect_id
            UNION ALL
            SELECT seat.user_id, 2
            FROM collaboration_forumseat seat
            JOIN collaboration_forum forum ON forum.id = seat.forum_id AND forum.ended_on IS NULL
            WHERE seat.organisation_id = party.organisation_id
                AND seat.role IN ('chair', 'vice_chair', 'secretary', 'coordinator')
                AND seat.valid_from <= today_in_finland()
                AND (seat.valid_until IS NULL OR seat.valid_until >= today_in_finland())
                AND (forum.id = escalation.forum_id OR escalation.forum_id IS NULL AND forum.level = escalation.level
                    AND EXISTS (SELECT FROM services_mapforum care WHERE care.map_id = escalation.map_id AND care.forum_id = forum.id))
            UNION ALL
            SELECT member.user_id,
                CASE WHEN member.level = escalation.level THEN 3 ELSE 4 END
            FROM collaboration_member member
            WHERE member.organisation_id = party.organisation_id AND member.ended_at IS NULL
                AND (member.level = escalation.level OR member.level = 'change_leader' AND escalation.level = 'management')
            UNION ALL
            SELECT held.user_id, CASE held.role WHEN 'administrator' THEN 5 ELSE 6 END
            FROM collaboration_membership held
            JOIN collaboration_organisation organisation ON organisation.id = party.organisation_id
            WHERE held.role = 'administrator' AND held.organisation_id IN (organisation.id, organisation.parent_id)
                OR held.role = 'editor' AND held.organisation_id = organisation.id
        ) candidate
        JOIN collaboration_user person ON person.id = candidate.user_id AND person.is_active
        WHERE candidate.rank < 4 OR escalation.level = 'field' OR candidate.rank >= 5
        ORDER BY candidate.rank, candidate.user_id LIMIT 1
    ) chosen ON true
    WHERE escalation.id = ANY(touched)
    ORDER BY escalation.id, party.id;
    RETURN QUERY SELECT owner.escalation_id, owner.user_id, party.organisation_id FROM services_escalationowner owner
        JOIN services_mapparty party ON party.id = owner.party_id
        WHERE owner.escalation_id = ANY(touched) AND owner.ended_at IS NULL ORDER BY owner.escalation_id, party.lane, owner.id;
END $$;

-- Whoever leaves has nothing in hand any more: of what is open somebody else does, at once. What is closed was theirs until then.
CREATE FUNCTION hand_over_of_who_left(person bigint, left_organisation bigint) RETURNS void
    LANGUAGE plpgsql SET plan_cache_mode = auto AS $$
DECLARE touched bigint[];
BEGIN
    WITH ended AS (
        UPDATE services_escalationowner owner SET ended_at = now()
        FROM services_mapparty party
        WHERE owner.user_id = person AND owner.ended_at IS NULL AND party.id = owner.party_id
            AND (left_organisation IS NULL OR party.organisation_id = left_organisation)
        RETURNING owner.escalation_id
    )
    SELECT array_agg(DISTINCT ended.escalation_id) INTO touched
    FROM ended JOIN services_escalation escalation ON escalation.id = ended.escalation_id
    WHERE NOT (escalation.status IN ('closed', 'withdrawn', 'merged'));
    IF touched IS NOT NULL THEN
        PERFORM give_escalation_owners(touched, now());
    END IF;
END $$;
CREATE FUNCTION a_member_has_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM hand_over_of_who_left(NEW.user_id, NEW.organisation_id);
    RETURN NULL;
END $$;
CREATE TRIGGER a_member_who_leaves_hands_over AFTER UPDATE ON collaboration_member FOR EACH ROW
    WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION a_member_has_left();
CREATE FUNCTION a_person_has_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM hand_over_of_who_left(NEW.id, NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER a_person_who_leaves_hands_over AFTER UPDATE ON collaboration_user FOR EACH ROW
    WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION a_person_has_left();

-- Closed is what every party and every reporter says works, the silent reporter after two reminders.
CREATE FUNCTION closed_escalation_has_every_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM services_escalation escalation WHERE escalation.id = NEW.id AND escalation.status = 'closed' AND (
            EXISTS (SELECT FROM services_escalationreporter WHERE escalation_id = NEW.id AND word = '')
            OR EXISTS (
                SELECT FROM services_party of_interface
                JOIN services_mapparty party ON party.id = of_interface.map_party_id AND party.archived_at IS NULL
                WHERE of_interface.interface_id = escalation.interface_id AND NOT EXISTS (
                    SELECT FROM services_escalationword word WHERE word.escalation_id = NEW.id
                        AND word.party_id = party.id AND word.round = escalation.round
                )
            )
        )
    ) THEN
        RAISE EXCEPTION 'escalation % is closed without everybody''s word', NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER an_escalation_closes_with_every_word AFTER UPDATE ON services_escalation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.status = 'closed' AND OLD.status <> 'closed') EXECUTE FUNCTION closed_escalation_has_every_word();

-- An aspect does not work while an escalation is open on it: said over its status wherever a map is shown as it is now.

CREATE OR REPLACE VIEW services_liveinterface AS
SELECT interface.id AS interface_id, interface.map_id,
    ARRAY(
        SELECT (CASE WHEN EXISTS (
            SELECT FROM services_escalation escalation WHERE escalation.aspect_id = aspect.id
                AND escalation.aspect_id IS NOT NULL AND NOT (escalation.status IN ('closed', 'withdrawn', 'merged'))
        ) THEN 'not_working' ELSE aspect.status END)::varchar(15)
        FROM services_aspect aspect WHERE aspect.interface_id = interface.id ORDER BY aspect.number
    ) AS statuses,
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

CREATE OR REPLACE VIEW services_derivedtally AS
SELECT map.id AS map_id, counted.*, (
        SELECT party.organisation_id FROM services_mapparty party
        WHERE party.map_id = map.id AND party.side = 'county' AND party.archived_at IS NULL
            AND map.status = 'draft' AND NOT map.is_base
        ORDER BY party.id LIMIT 1
    ) AS county_id,
    (
        SELECT count(DISTINCT escalation.aspect_id)::integer FROM services_escalation escalation
        JOIN services_liveinterface live ON live.interface_id = escalation.interface_id
        WHERE escalation.map_id = map.id AND NOT (escalation.status IN ('closed', 'withdrawn', 'merged'))
    ) AS not_working
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

CREATE OR REPLACE FUNCTION keep_tallies(touched bigint[]) RETURNS void LANGUAGE plpgsql SET plan_cache_mode = auto AS $$
BEGIN
    INSERT INTO services_maptally (map_id, interfaces, agreed, in_progress, missing, not_applicable, follows, not_working)
        SELECT id, 0, 0, 0, 0, 0, 0, 0 FROM services_interfacemap WHERE id = ANY(touched) ORDER BY id
        ON CONFLICT DO NOTHING;
    -- Who comes second waits here, and then counts what the first has written.
    PERFORM FROM services_maptally WHERE map_id = ANY(touched) ORDER BY map_id FOR NO KEY UPDATE;
    UPDATE services_maptally kept SET interfaces = derived.interfaces, agreed = derived.agreed,
        in_progress = derived.in_progress, missing = derived.missing, not_applicable = derived.not_applicable,
        follows = derived.follows, county_id = derived.county_id, not_working = derived.not_working
    FROM services_derivedtally derived WHERE derived.map_id = kept.map_id AND kept.map_id = ANY(touched);
END $$;

-- The map before its tally, in the order of edits: else each would wait for the other.
CREATE FUNCTION keep_tallies_of_locked(touched bigint[]) RETURNS void LANGUAGE plpgsql SET plan_cache_mode = auto AS $$
BEGIN
    PERFORM FROM services_interfacemap WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;
    PERFORM keep_tallies(touched);
END $$;
CREATE FUNCTION escalations_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM keep_tallies_of_locked(ARRAY(SELECT DISTINCT map_id FROM new_rows WHERE aspect_id IS NOT NULL));
    RETURN NULL;
END $$;
CREATE FUNCTION escalations_were_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[] := ARRAY(
    SELECT DISTINCT moved.map_id FROM new_rows new_row JOIN old_rows old_row USING (id)
    CROSS JOIN LATERAL (VALUES (new_row.map_id), (old_row.map_id)) moved (map_id)
    WHERE (new_row.map_id, new_row.aspect_id, new_row.status IN ('closed', 'withdrawn', 'merged'))
        IS DISTINCT FROM (old_row.map_id, old_row.aspect_id, old_row.status IN ('closed', 'withdrawn', 'merged'))
);
BEGIN
    IF touched <> '{}' THEN
        PERFORM keep_tallies_of_locked(touched);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER new_escalations_keep_the_tally AFTER INSERT ON services_escalation
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION escalations_came();
CREATE TRIGGER changed_escalations_keep_the_tally AFTER UPDATE ON services_escalation
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION escalations_were_changed();
