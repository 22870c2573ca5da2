-- What residents find, written by triggers when a version or a map changes its status.

INSERT INTO services_publicstate (id, name, summary) VALUES (1, gen_random_uuid(), '{"services": 0, "marks": [], "municipalities": {}}');

-- The services of the map's version in force as rows; none when nothing of it is public. Who publishes another map waits
-- at the state's row, which is locked first.
CREATE FUNCTION renew_public_services(which bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    public record;
    changed bigint[];
    codes text[];
BEGIN
    SELECT version.id, version.content, version.lemmas, version.published_at INTO public
    FROM services_mapversion version JOIN services_interfacemap map ON map.id = version.map_id
    WHERE map.id = which AND map.status = 'draft' AND version.status = 'published';
    IF NOT FOUND AND NOT EXISTS (SELECT FROM services_publicmap WHERE map_id = which) THEN
        RETURN;
    END IF;
    PERFORM FROM services_publicstate WHERE id = 1 FOR UPDATE;
    SELECT array_agg(DISTINCT service_id), array_agg(DISTINCT municipality) INTO changed, codes
    FROM services_publicplace WHERE map_id = which;
    DELETE FROM services_publicplace WHERE map_id = which;
    DELETE FROM services_publicmap WHERE map_id = which;
    IF public.id IS NOT NULL THEN
        INSERT INTO services_publicmap (map_id, version_id, published_at)
        VALUES (which, public.id, public.published_at);
        INSERT INTO services_publicname (name_fi, name_sv, words, "order", order_sv)
        SELECT DISTINCT
            fi, sv, folded_words(fi || ' ' || sv), left(name_sort_key(fi), 200),
            left(name_sort_key(coalesce(nullif(sv, ''), fi)), 200)
        FROM jsonb_array_elements(public.content->'services') AS row,
            LATERAL (SELECT row->>'name_fi' AS fi, row->>'name_sv' AS sv) AS name
        ON CONFLICT DO NOTHING;
        PERFORM add_public_places(which, public.published_at, public.content, public.lemmas);
        SELECT changed || array_agg(DISTINCT service_id), codes || array_agg(DISTINCT municipality)
        INTO changed, codes FROM services_publicplace WHERE map_id = which;
    END IF;
    PERFORM join_public_places(changed);
    PERFORM sum_public_services(codes);
END $$;

-- What a content says of each of its services.
CREATE FUNCTION add_public_places(which bigint, at timestamptz, content jsonb, lemmas jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO services_publicplace
        (id, map_id, service_id, name_id, published_at, municipality, marks, shown, place_words, words)
    SELECT
        place.id, which, place.service_id, name.id, at, code, ARRAY[
            'm:' || code, 'g:' || target_group, 'm:' || code || '/g:' || target_group
        ] || ARRAY(
            SELECT 'o:' || value FROM jsonb_array_elements_text(coalesce(row->'outcomes', '[]')) AS value
            UNION ALL SELECT 'e:' || value FROM jsonb_array_elements_text(coalesce(row->'enablers', '[]')) AS value
        ),
        jsonb_build_object(
            'name_fi', row->'name_fi', 'name_sv', row->'name_sv', 'class', row->'class', 'organiser', row->'organiser',
            'kinds', coalesce(jsonb_path_query_array(row, '$.channels[*].kind'), '[]'),
            'place', jsonb_build_object(
                'id', place.id, 'title_fi', content->'title_fi', 'title_sv', content->'title_sv',
                'municipality', content->'municipality', 'target_group', target_group
            )
        ),
        about.words, name.words || about.words || told.words || coalesce(lemmas->>(row->>'id'), '')
    FROM (SELECT content->'municipality'->>'code' AS code, content->>'target_group' AS target_group) AS of_map,
    jsonb_array_elements(content->'services') AS row
    JOIN services_mapservice AS place ON place.id = (row->>'id')::bigint
    JOIN services_publicname AS name ON name.name_fi = row->>'name_fi' AND name.name_sv = row->>'name_sv',
    LATERAL (
        SELECT folded_words(concat_ws(
            ' ', row->'class'->>'name_fi', row->'class'->>'name_sv',
            content->'municipality'->>'name_fi', content->'municipality'->>'name_sv'
        )) AS words
    ) AS about,
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
    ) AS told
$$;

-- Each of the words once, with a space before it.
CREATE FUNCTION single_words(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN (
    SELECT ' ' || coalesce(string_agg(DISTINCT word COLLATE "C", ' '), '')
    FROM regexp_split_to_table(btrim(given), ' +') AS word
);

-- One row for each service, of all its places; it is called what the newest of them calls it.
CREATE FUNCTION join_public_places(changed bigint[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM services_publicservice WHERE id = ANY(changed);
    INSERT INTO services_publicservice (id, name_id, marks, shown, place_words, words, "order", order_sv)
    SELECT
        each.service_id, name.id, ARRAY(SELECT DISTINCT unnest(each.marks) ORDER BY 1),
        (each.newest - 'place') || jsonb_build_object('places', each.places, 'kinds', (
            SELECT coalesce(jsonb_agg(DISTINCT kind ORDER BY kind), '[]')
            FROM jsonb_array_elements(each.kinds) AS of_place, jsonb_array_elements(of_place) AS kind
        )),
        single_words(each.place_words), single_words(each.words), name."order", name.order_sv
    FROM (
        SELECT service_id, string_agg(place_words, '') AS place_words, string_agg(words, '') AS words,
            (array_agg(name_id ORDER BY published_at DESC, id DESC))[1] AS name_id,
            (array_agg(shown ORDER BY published_at DESC, id DESC))[1] AS newest,
            jsonb_agg(shown->'place' ORDER BY id) AS places, jsonb_agg(shown->'kinds') AS kinds,
            string_to_array(string_agg(array_to_string(marks, ' '), ' '), ' ') AS marks
        FROM services_publicplace WHERE service_id = ANY(changed) GROUP BY service_id
    ) AS each JOIN services_publicname AS name ON name.id = each.name_id
$$;

-- What there is to choose from, and the new name of it all.
CREATE FUNCTION sum_public_services(codes text[]) RETURNS void LANGUAGE sql AS $$
    UPDATE services_publicstate SET name = gen_random_uuid(), summary = jsonb_build_object(
        'services', (SELECT count(*) FROM services_publicservice),
        'marks', (
            SELECT coalesce(jsonb_agg(DISTINCT mark ORDER BY mark), '[]')
            FROM services_publicservice, unnest(marks) AS mark WHERE mark !~ '^m:'
        ),
        'municipalities', coalesce(summary->'municipalities', '{}') - coalesce(codes, '{}') || coalesce((
            SELECT jsonb_object_agg(code, jsonb_build_object('municipality', municipality, 'services', services))
            FROM (
                SELECT municipality AS code, count(DISTINCT service_id) AS services,
                    (array_agg(shown->'place'->'municipality' ORDER BY published_at DESC, id))[1] AS municipality
                FROM services_publicplace WHERE municipality = ANY(codes) GROUP BY 1
            ) AS each
        ), '{}')
    ) WHERE id = 1
$$;

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
