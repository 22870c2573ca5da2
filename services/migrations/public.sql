-- What residents find, written by triggers when a version or a map changes its status.

INSERT INTO services_publicstate (id, name, summary) VALUES (1, gen_random_uuid(), '[]');

-- The services of the map's version in force as rows; none when nothing of it is public. Who publishes another map waits
-- at the state's row, which is locked last.
CREATE FUNCTION renew_public_services(which bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    public record;
BEGIN
    SELECT version.id, version.content, version.published_at INTO public
    FROM services_mapversion version JOIN services_interfacemap map ON map.id = version.map_id
    WHERE map.id = which AND map.status = 'draft' AND version.status = 'published';
    IF NOT FOUND AND NOT EXISTS (SELECT FROM services_publicmap WHERE map_id = which) THEN
        RETURN;
    END IF;
    PERFORM FROM services_publicstate WHERE id = 1 FOR UPDATE;
    DELETE FROM services_publicservice WHERE map_id = which;
    DELETE FROM services_publicmap WHERE map_id = which;
    IF public.id IS NOT NULL THEN
        INSERT INTO services_publicmap (map_id, version_id, published_at, municipality, target_group, services)
        VALUES (
            which, public.id, public.published_at, public.content->'municipality', public.content->>'target_group',
            jsonb_array_length(public.content->'services')
        );
        INSERT INTO services_publicname (name_fi, name_sv, words, "order", order_sv)
        SELECT DISTINCT
            fi, sv, folded_words(fi || ' ' || sv), left(name_sort_key(fi), 200),
            left(name_sort_key(coalesce(nullif(sv, ''), fi)), 200)
        FROM jsonb_array_elements(public.content->'services') AS row,
            LATERAL (SELECT row->>'name_fi' AS fi, row->>'name_sv' AS sv) AS name
        ON CONFLICT DO NOTHING;
        INSERT INTO services_publicservice
            (id, map_id, name_id, municipality, target_group, shown, place_words, words, "order", order_sv)
        SELECT
            (row->>'id')::bigint, which, name.id, public.content->'municipality'->>'code',
            public.content->>'target_group',
            jsonb_build_object(
                'name_fi', row->'name_fi', 'name_sv', row->'name_sv', 'class', row->'class', 'organiser', row->'organiser',
                'municipality', public.content->'municipality', 'target_group', public.content->'target_group',
                'kinds', coalesce(jsonb_path_query_array(row, '$.channels[*].kind'), '[]')
            ),
            place.words, name.words || place.words || told.words, name."order", name.order_sv
        FROM jsonb_array_elements(public.content->'services') AS row
        JOIN services_publicname AS name ON name.name_fi = row->>'name_fi' AND name.name_sv = row->>'name_sv',
        LATERAL (
            SELECT folded_words(concat_ws(
                ' ', row->'class'->>'name_fi', row->'class'->>'name_sv',
                public.content->'municipality'->>'name_fi', public.content->'municipality'->>'name_sv'
            )) AS words
        ) AS place,
        LATERAL (
            SELECT folded_words(concat_ws(
                ' ', string_agg(said.value, ' '), row->'organiser'->>'name_fi', row->'organiser'->>'name_sv'
            )) AS words
            FROM (
                SELECT row AS part
                UNION ALL SELECT jsonb_path_query(row, '$.channels[*]')
                UNION ALL SELECT jsonb_path_query(row, '$.path[*]')
            ) AS parts, jsonb_each_text(part) AS said
            WHERE said.key ~ '^(where|how|text|name|address|hours)_(fi|sv)$'
        ) AS told;
    END IF;
    UPDATE services_publicstate SET name = gen_random_uuid(), summary = coalesce((
        SELECT jsonb_agg(jsonb_build_object('municipality', municipality, 'groups', groups))
        FROM (
            SELECT (array_agg(municipality ORDER BY published_at DESC))[1] AS municipality,
                jsonb_object_agg(target_group, services) AS groups
            FROM (
                SELECT municipality->>'code' AS code, target_group, sum(services) AS services,
                    (array_agg(municipality ORDER BY published_at DESC))[1] AS municipality,
                    max(published_at) AS published_at
                FROM services_publicmap GROUP BY 1, 2
            ) AS of_groups GROUP BY code
        ) AS of_municipalities
    ), '[]') WHERE id = 1;
END $$;

CREATE FUNCTION version_is_public_or_not() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM renew_public_services(NEW.map_id);
    RETURN NULL;
END $$;
CREATE TRIGGER version_made AFTER INSERT ON services_mapversion
    FOR EACH ROW EXECUTE FUNCTION version_is_public_or_not();
CREATE TRIGGER version_changed AFTER UPDATE OF status ON services_mapversion
    FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION version_is_public_or_not();

CREATE FUNCTION map_is_public_or_not() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM renew_public_services(NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER map_changed AFTER UPDATE OF status ON services_interfacemap
    FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION map_is_public_or_not();

-- What words find depends on the synonyms, too: kept pages are of before.
CREATE FUNCTION words_mean_something_else() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE services_publicstate SET name = gen_random_uuid() WHERE id = 1;
    RETURN NULL;
END $$;
CREATE TRIGGER synonym_changed AFTER INSERT OR UPDATE OR DELETE ON collaboration_synonym
    FOR EACH STATEMENT EXECUTE FUNCTION words_mean_something_else();
