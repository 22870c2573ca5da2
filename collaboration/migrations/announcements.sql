-- Who reads an announcement: who sits in the forum or in a forum of the level, and who works on that level in the county. An
-- expert's seat opens one matter and no announcements. Its maker and the administrators of the organisation that made it read
-- it too, and are told of it only where they sit.

CREATE VIEW collaboration_announcementreader AS
SELECT DISTINCT told.id AS announcement_id, seat.user_id, seat.organisation_id AS through_id, seat.role, true AS is_member
FROM collaboration_actingseat seat
JOIN collaboration_forum forum ON forum.id = seat.forum_id
JOIN collaboration_announcement told
    ON told.forum_id = forum.id OR (told.area_id = forum.area_id AND told.level = forum.level)
WHERE seat.matter_id IS NULL
UNION ALL
SELECT told.id, member.user_id, member.organisation_id, 'place', true
FROM collaboration_announcement told
JOIN collaboration_area area ON area.id = told.area_id
JOIN collaboration_member member ON member.level = told.level AND member.ended_at IS NULL
JOIN collaboration_organisation own ON own.id = member.organisation_id
JOIN collaboration_user person ON person.id = member.user_id AND person.is_active
WHERE coalesce(own.parent_id, own.id) = area.organisation_id
    OR EXISTS (
        SELECT FROM collaboration_areamember belongs
        WHERE belongs.area_id = area.id AND belongs.municipality_id = coalesce(own.parent_id, own.id)
            AND (belongs.valid_from IS NULL OR belongs.valid_from <= today_in_finland())
            AND (belongs.valid_until IS NULL OR belongs.valid_until >= today_in_finland())
    )
UNION ALL
SELECT told.id, membership.user_id, membership.organisation_id, membership.role, false
FROM collaboration_announcement told
JOIN collaboration_organisation organisation ON organisation.id = told.organisation_id
JOIN collaboration_membership membership ON membership.role = 'administrator'
    AND membership.organisation_id IN (organisation.id, organisation.parent_id)
JOIN collaboration_user person ON person.id = membership.user_id AND person.is_active
UNION ALL
SELECT told.id, told.made_by_id, told.organisation_id, 'maker', false
FROM collaboration_announcement told
JOIN collaboration_user person ON person.id = told.made_by_id AND person.is_active;
