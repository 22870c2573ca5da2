-- Who sits in which seat today, and who reads what has been addressed to forums. Days are those of Finland.

CREATE FUNCTION today_in_finland() RETURNS date LANGUAGE sql STABLE
    RETURN (now() AT TIME ZONE 'Europe/Helsinki')::date;

-- Who stands in for whom, in one seat (its number) or in everything (0), with the chain followed to its end: three absences
-- one after another at most, and the workflow refuses circles and longer chains.

CREATE VIEW collaboration_standin AS
WITH away AS NOT MATERIALIZED (
    SELECT user_id, coalesce(seat_id, 0) AS seat_key, deputy_id, valid_until FROM collaboration_absence
    WHERE valid_from <= today_in_finland() AND valid_until >= today_in_finland()
)
SELECT first.user_id, first.seat_key, coalesce(third.deputy_id, second.deputy_id, first.deputy_id) AS deputy_id,
    least(first.valid_until, second.valid_until, third.valid_until) AS valid_until
FROM away first
LEFT JOIN away second ON second.user_id = first.deputy_id AND second.seat_key = 0
LEFT JOIN away third ON third.user_id = second.deputy_id AND third.seat_key = 0;

CREATE VIEW collaboration_actingseat AS
WITH seat AS NOT MATERIALIZED (
    SELECT seat.* FROM collaboration_forumseat seat
    JOIN collaboration_forum forum ON forum.id = seat.forum_id AND forum.ended_on IS NULL
    WHERE seat.valid_from <= today_in_finland()
        AND (seat.valid_until IS NULL OR seat.valid_until >= today_in_finland())
)
SELECT seat.id AS seat_id, seat.user_id, seat.forum_id, seat.organisation_id, seat.matter_id, seat.role, true AS is_own
FROM seat JOIN collaboration_user person ON person.id = seat.user_id AND person.is_active
UNION ALL
SELECT DISTINCT seat.id, stands.deputy_id, seat.forum_id, seat.organisation_id, seat.matter_id, seat.role, false
FROM seat
JOIN collaboration_standin stands ON stands.user_id = seat.user_id AND stands.seat_key IN (0, seat.id)
JOIN collaboration_user person ON person.id = stands.deputy_id AND person.is_active
WHERE stands.deputy_id <> seat.user_id;

CREATE VIEW collaboration_matterreader AS
SELECT DISTINCT matter.id AS matter_id, seat.user_id, seat.organisation_id AS through_id, seat.role, true AS is_member
FROM collaboration_actingseat seat
JOIN collaboration_organisation organisation ON organisation.id = seat.organisation_id
JOIN collaboration_matter matter ON matter.forum_id = seat.forum_id
    AND (seat.matter_id IS NULL OR seat.matter_id = matter.id)
    AND (matter.publicity <> 'secret' OR organisation.kind NOT IN ('ngo', 'parish', 'company'))
UNION ALL
SELECT matter.id, matter.raised_by_id, matter.raised_for_id, 'raiser', true
FROM collaboration_matter matter
JOIN collaboration_user person ON person.id = matter.raised_by_id AND person.is_active
WHERE matter.origin_id IS NULL; -- who forwards a matter does not read what the other forum makes of it

CREATE VIEW collaboration_absencereader AS
SELECT id AS absence_id, user_id, NULL::bigint AS through_id, 'away' AS role, true AS is_member FROM collaboration_absence
UNION ALL
SELECT id, deputy_id, NULL::bigint, 'deputy', true FROM collaboration_absence
UNION ALL
SELECT absence.id, keeper.user_id, NULL::bigint, 'administrator', false
FROM collaboration_absence absence
JOIN collaboration_membership place ON place.user_id = absence.user_id
JOIN collaboration_organisation organisation ON organisation.id = place.organisation_id
JOIN collaboration_membership keeper ON keeper.role = 'administrator'
    AND keeper.organisation_id IN (organisation.id, organisation.parent_id)
JOIN collaboration_user person ON person.id = keeper.user_id AND person.is_active
UNION ALL
SELECT absence.id, person.id, NULL::bigint, 'service administrator', false
FROM collaboration_absence absence
JOIN collaboration_user person ON person.duty = 'service_administrator' AND person.is_active
UNION ALL
SELECT absence.id, acting.user_id, NULL::bigint, 'handler', false
FROM collaboration_absence absence
JOIN collaboration_forumseat seat ON seat.id = absence.seat_id
JOIN collaboration_actingseat acting ON acting.forum_id = seat.forum_id
    AND acting.role IN ('chair', 'vice_chair', 'secretary', 'coordinator');
