-- Who reads an action, and what each of them has to do with it today. Days are those of Finland.

CREATE VIEW collaboration_actionreader AS
-- The responsible person while they belong to the responsible organisation, and whoever stands in for them today.
SELECT action.id AS action_id, person.id AS user_id, action.responsible_id AS through_id, 'asked' AS role, true AS is_member
FROM collaboration_action action
JOIN collaboration_user person ON person.id = action.person_id AND person.is_active
WHERE EXISTS (SELECT 1 FROM collaboration_membership held
    WHERE held.user_id = action.person_id AND held.organisation_id = action.responsible_id)
UNION
SELECT action.id, deputy.id, action.responsible_id, 'asked', true
FROM collaboration_action action
JOIN collaboration_standin stands ON stands.user_id = action.person_id AND stands.seat_key = 0
JOIN collaboration_user deputy ON deputy.id = stands.deputy_id AND deputy.is_active
WHERE EXISTS (SELECT 1 FROM collaboration_membership held
    WHERE held.user_id = action.person_id AND held.organisation_id = action.responsible_id)
UNION
-- Without such a person, the editors of the responsible organisation.
SELECT action.id, person.id, action.responsible_id, 'asked', true
FROM collaboration_action action
JOIN collaboration_membership editor ON editor.organisation_id = action.responsible_id AND editor.role = 'editor'
JOIN collaboration_user person ON person.id = editor.user_id AND person.is_active
WHERE NOT EXISTS (SELECT 1 FROM collaboration_membership held
    JOIN collaboration_user named ON named.id = held.user_id AND named.is_active
    WHERE held.user_id = action.person_id AND held.organisation_id = action.responsible_id)
UNION
-- Whoever made it, while they belong to the organisation for which they did, and who handles its matter today.
SELECT action.id, person.id, action.made_for_id, 'follower', true
FROM collaboration_action action
JOIN collaboration_user person ON person.id = action.made_by_id AND person.is_active
WHERE EXISTS (SELECT 1 FROM collaboration_membership held
    WHERE held.user_id = action.made_by_id AND held.organisation_id = action.made_for_id)
UNION
SELECT action.id, reader.user_id, reader.through_id, 'follower', true
FROM collaboration_action action
JOIN collaboration_matterreader reader ON reader.matter_id = action.matter_id
    AND reader.role IN ('chair', 'vice_chair', 'secretary', 'coordinator')
UNION
SELECT action.id, reader.user_id, reader.through_id, reader.role, reader.is_member
FROM collaboration_action action
JOIN collaboration_organisationreader reader ON reader.organisation_id = action.responsible_id
UNION
SELECT action.id, reader.user_id, reader.through_id, reader.role, reader.is_member
FROM collaboration_action action
JOIN collaboration_organisationreader reader ON reader.organisation_id = action.made_for_id
UNION
SELECT action.id, reader.user_id, reader.through_id, reader.role, reader.is_member
FROM collaboration_action action
JOIN collaboration_matterreader reader ON reader.matter_id = action.matter_id;
