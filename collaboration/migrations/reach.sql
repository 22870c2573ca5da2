-- Whose things the members of an organisation read.

CREATE VIEW collaboration_organisationreach AS
SELECT own.id AS organisation_id, reached.id AS reached_id
FROM collaboration_organisation own
JOIN collaboration_organisation reached
    ON reached.id = own.id OR reached.parent_id = own.id OR reached.id = own.parent_id;
