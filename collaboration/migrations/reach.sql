-- Who reads what is an organisation's: its members, those of its units, and those of the organisation whose unit it is.

CREATE VIEW collaboration_organisationreader AS
SELECT reached.id AS organisation_id, membership.user_id, own.id AS through_id, membership.role, reached.id = own.id AS is_member
FROM collaboration_membership membership
JOIN collaboration_user person ON person.id = membership.user_id AND person.is_active
JOIN collaboration_organisation own ON own.id = membership.organisation_id
JOIN collaboration_organisation reached
    ON reached.id = own.id OR reached.parent_id = own.id OR reached.id = own.parent_id;
