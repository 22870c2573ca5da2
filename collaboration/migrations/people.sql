-- Whoever has or has had a role in an organisation is a member of it, and has ended when the last role is gone.

CREATE FUNCTION keep_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND NOT EXISTS (
        SELECT FROM collaboration_membership
        WHERE user_id = OLD.user_id AND organisation_id = OLD.organisation_id
    ) THEN
        UPDATE collaboration_member
        SET ended_at = coalesce(ended_at, now()), ended_roles = array_append(ended_roles, OLD.role)
        WHERE user_id = OLD.user_id AND organisation_id = OLD.organisation_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO collaboration_member (user_id, organisation_id, title, level, phone, hours, ended_roles)
        VALUES (NEW.user_id, NEW.organisation_id, '', '', '', '', '{}')
        ON CONFLICT (user_id, organisation_id) DO UPDATE SET ended_at = NULL, ended_roles = '{}'
        WHERE collaboration_member.ended_at IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER member_is_kept AFTER INSERT OR DELETE OR UPDATE OF user_id, organisation_id
    ON collaboration_membership FOR EACH ROW EXECUTE FUNCTION keep_member();

-- Who stands in is one of the same organisation's people.

ALTER TABLE collaboration_member
    ADD CONSTRAINT member_and_organisation UNIQUE (id, organisation_id),
    ADD CONSTRAINT deputy_is_of_the_same_organisation FOREIGN KEY (deputy_id, organisation_id)
        REFERENCES collaboration_member (id, organisation_id) DEFERRABLE INITIALLY DEFERRED;

-- Who reads a member's row: the person, and who keeps the people of the organisation.

CREATE VIEW collaboration_memberreader AS
SELECT member.id AS member_id, member.user_id, member.organisation_id AS through_id, 'reader' AS role, true AS is_member
FROM collaboration_member member
JOIN collaboration_user person ON person.id = member.user_id AND person.is_active
UNION ALL
SELECT member.id, keeper.user_id, keeper.organisation_id, keeper.role, false
FROM collaboration_member member
JOIN collaboration_organisation organisation ON organisation.id = member.organisation_id
JOIN collaboration_membership keeper ON keeper.role = 'administrator'
    AND keeper.organisation_id IN (organisation.id, organisation.parent_id)
JOIN collaboration_user person ON person.id = keeper.user_id AND person.is_active
UNION ALL
SELECT member.id, person.id, member.organisation_id, 'administrator', false
FROM collaboration_member member
JOIN collaboration_user person ON person.duty = 'service_administrator' AND person.is_active;
