-- What is kept of it, by triggers in the statement that changes it: each aspect's status, each map's tally.

-- The portal's connections plan what they prepare once (`yhdyspinta/database`); what was touched is one row or all of them.
CREATE FUNCTION keep_tallies(touched bigint[]) RETURNS void LANGUAGE plpgsql SET plan_cache_mode = auto AS $$
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

CREATE FUNCTION keep_statuses(touched bigint[]) RETURNS boolean LANGUAGE plpgsql SET plan_cache_mode = auto AS $$
BEGIN
    UPDATE services_aspect kept SET status = derived.status FROM services_derivedstatus derived
    WHERE derived.aspect_id = kept.id AND kept.interface_id = ANY(touched) AND kept.status <> derived.status;
    RETURN FOUND;
END $$;

CREATE FUNCTION maps_of_interfaces(touched bigint[]) RETURNS bigint[] LANGUAGE sql STABLE SET plan_cache_mode = auto AS $$
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

DO $$
DECLARE
    beside text;
    event text;
BEGIN
    FOREACH event IN ARRAY ARRAY['INSERT', 'UPDATE', 'DELETE'] LOOP
        FOREACH beside IN ARRAY ARRAY[
            'aspect', 'aspectanswer', 'processstep', 'informationflow', 'partyresource', 'leader', 'goalrow', 'pathstep',
            'forumrow'
        ] LOOP
            CONTINUE WHEN beside = 'aspect' AND event = 'UPDATE';
            EXECUTE format(
                'CREATE TRIGGER %1$s_keep_the_status_on_%2$s AFTER %2$s ON services_%1$s REFERENCING %3$s TABLE AS changed_rows '
                'FOR EACH STATEMENT EXECUTE FUNCTION %4$s()',
                beside, event, CASE event WHEN 'DELETE' THEN 'OLD' ELSE 'NEW' END,
                CASE beside WHEN 'aspect' THEN 'aspects_came_or_went' ELSE 'rows_beside_aspects_were_changed' END
            );
        END LOOP;
    END LOOP;
END $$;

-- A translation is old when its source has changed since it was written: of an aspect's shared answer, and of what a
-- service tells its clients. `shared`, `where` or `how` names the text.
CREATE FUNCTION mark_old_translation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    field text := TG_ARGV[0];
    new_row jsonb := to_jsonb(NEW);
    language text := (
        SELECT map.source_language FROM services_interfacemap map
        WHERE map.id = coalesce(
            (new_row ->> 'map_id')::bigint,
            (SELECT map_id FROM services_interface WHERE id = (new_row ->> 'interface_id')::bigint)
        )
    );
    source text := new_row ->> (field || '_' || language);
    other text := field || CASE language WHEN 'sv' THEN '_fi' ELSE '_sv' END;
    stamp text := md5(source);
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) ->> other = new_row ->> other THEN
        stamp := to_jsonb(OLD) ->> (field || '_translated_of');
    END IF;
    NEW := jsonb_populate_record(NEW, jsonb_build_object(
        field || '_translated_of', stamp, field || '_old',
        CASE WHEN new_row ->> other <> '' AND stamp <> md5(source) THEN right(other, 2) ELSE '' END
    ));
    RETURN NEW;
END $$;
CREATE TRIGGER a_new_answer_marks_its_translation BEFORE INSERT ON services_aspect
    FOR EACH ROW WHEN (NEW.shared_fi <> '' OR NEW.shared_sv <> '') EXECUTE FUNCTION mark_old_translation('shared');
CREATE TRIGGER an_answer_marks_its_translation BEFORE UPDATE OF shared_fi, shared_sv ON services_aspect
    FOR EACH ROW EXECUTE FUNCTION mark_old_translation('shared');
CREATE TRIGGER where_marks_its_translation BEFORE INSERT OR UPDATE OF where_fi, where_sv ON services_mapservice
    FOR EACH ROW EXECUTE FUNCTION mark_old_translation('where');
CREATE TRIGGER how_marks_its_translation BEFORE INSERT OR UPDATE OF how_fi, how_sv ON services_mapservice
    FOR EACH ROW EXECUTE FUNCTION mark_old_translation('how');
