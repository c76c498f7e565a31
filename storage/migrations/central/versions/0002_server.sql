-- `append` opens what it was sent before it takes the lock, so that many desks wait for each other
-- only while rows are written; `revealed` begins with the person's verdicts whatever the planner
-- thinks, and leaves out what that person reads anyway. Answers and refusals are those of 0001.

-- Whether a text of so many characters, which ends in these eight, is the one way to write these
-- bytes in base64. Postgres reads over spaces (the length tells), over bits behind the end (the last
-- four tell), and over a sign of the end before the end: past the last but one group of four that
-- makes the length wrong too.
CREATE FUNCTION assay.is_base64_of(characters integer, ending text, raw bytea) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT characters = (length(raw) + 2) / 3 * 4 AND strpos(left(ending, -2), '=') = 0
        AND encode(substr(raw, (length(raw) - 1) / 3 * 3 + 1), 'base64') = right(ending, 4)
$$;

CREATE OR REPLACE FUNCTION assay.is_digest(of_text text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT length(of_text) = 64 AND encode(decode(of_text, 'hex'), 'hex') = of_text
$$;

-- Adds envelopes at the end of the log, in order, all or none; one that is there keeps its place.
-- Answers a row for each, in their order. AS001: no record. AS003: the login is not enrolled.
CREATE OR REPLACE FUNCTION assay.append(envelopes bytea[])
RETURNS TABLE (record_id bytea, log_index bigint, fresh boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET work_mem = '32MB' SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    base bigint;
    carrier_of_all json;
    ids bytea[];
    keyids bytea[];
    kinds text[];
    abouts bytea[];
    authors text[];
    seqs bigint[];
    fors jsonb[];
BEGIN
    SELECT to_json(l.name) INTO carrier_of_all FROM assay.login l
        WHERE l.name = session_user AND l.active;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this login is not enrolled' USING ERRCODE = 'AS003';
    END IF;
    WITH cut AS MATERIALIZED (
        SELECT u.at,
            CASE WHEN l.bytes > 0 AND length(u.e) <= 16777216
                AND substr(u.e, 1, 12) = '{"payload":"'
                AND substr(u.e, l.bytes + 13, 71)
                    = '","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"'
                AND substr(u.e, l.bytes + 148, 9) = '","sig":"'
                AND substr(u.e, l.bytes + 245, 4) = '"}]}'
            THEN sha256(u.e) ELSE assay.refuse('this is not an envelope') END AS id,
            convert_from(substr(u.e, l.bytes + 84, 64), 'UTF8') AS keyid,
            convert_from(substr(u.e, l.bytes + 157, 88), 'UTF8') AS sig,
            convert_from(substr(u.e, 13, l.bytes), 'UTF8') AS text,
            convert_from(substr(u.e, l.bytes + 5, 8), 'UTF8') AS ending
        FROM unnest(envelopes) WITH ORDINALITY AS u (e, at)
        CROSS JOIN LATERAL (SELECT length(u.e) - 248 AS bytes OFFSET 0) l
    ), decoded AS MATERIALIZED (
        SELECT c.*, decode(c.text, 'base64') AS raw, decode(c.sig, 'base64') AS raw_sig FROM cut c
    ), opened AS MATERIALIZED (
        SELECT c.at, c.id, c.keyid,
            CASE WHEN assay.is_digest(c.keyid) AND length(c.raw_sig) = 64
                AND assay.is_base64_of(88, right(c.sig, 8), c.raw_sig)
                AND assay.is_base64_of(octet_length(c.text), c.ending, c.raw)
            -- U+0000 cannot be in jsonb; where it is spelled, another control character does.
            THEN CASE WHEN c.raw NOT LIKE '\x255c5c753030303025'::bytea
                THEN convert_from(c.raw, 'UTF8')
                ELSE replace(convert_from(c.raw, 'UTF8'), '\u0000', '\u0001') END::jsonb
            ELSE to_jsonb(assay.refuse('this is not an envelope')) END AS payload
        FROM decoded c
    ), parted AS MATERIALIZED (
        SELECT o.at, o.id, o.keyid, o.payload -> 'predicate' AS predicate,
            o.payload ->> '_type' AS type, o.payload ->> 'predicateType' AS predicate_type,
            o.payload #>> '{subject,0,digest,sha256}' AS digest
        FROM opened o
    ), said AS MATERIALIZED (
        SELECT p.at, p.id, decode(p.keyid, 'hex') AS keyid, k.kind,
            CASE WHEN p.type = 'https://in-toto.io/Statement/v1'
                AND p.predicate_type = 'https://assay.example/' || k.kind || '/v1'
                AND k.kind ~ '^[a-z][a-z-]*$' AND length(k.kind) <= 64
                AND assay.is_digest(p.digest)
                AND jsonb_typeof(p.predicate -> 'author') = 'string'
                AND jsonb_typeof(p.predicate -> 'seq') = 'number'
            THEN decode(p.digest, 'hex')
            ELSE assay.refuse('this is not a record') END AS about,
            p.predicate ->> 'author' AS author,
            (p.predicate ->> 'seq')::bigint AS seq,
            p.predicate -> 'for' AS names
        FROM parted p
        CROSS JOIN LATERAL (SELECT substr(p.predicate_type, 23,
            greatest(length(p.predicate_type) - 25, 0)) AS kind OFFSET 0) k
    )
    SELECT array_agg(s.id ORDER BY s.at), array_agg(s.keyid ORDER BY s.at),
        array_agg(s.kind ORDER BY s.at), array_agg(s.about ORDER BY s.at),
        array_agg(s.author ORDER BY s.at), array_agg(s.seq ORDER BY s.at),
        array_agg(s.names ORDER BY s.at)
    INTO ids, keyids, kinds, abouts, authors, seqs, fors FROM said s;
    -- One at a time from here on: the index has no gap. What was committed while this waited is
    -- seen by the next statement.
    SELECT size INTO STRICT base FROM assay.head FOR UPDATE;
    RETURN QUERY
    WITH known AS MATERIALIZED (
        SELECT s.*, r.log_index AS index_known,
            row_number() OVER (PARTITION BY s.id ORDER BY s.at) = 1 AS first
        FROM unnest(ids, keyids, kinds, abouts, authors, seqs, fors) WITH ORDINALITY
            AS s (id, keyid, kind, about, author, seq, names, at)
        LEFT JOIN assay.records r ON r.record_id = s.id
    ), placed AS MATERIALIZED (
        SELECT k.*, k.first AND k.index_known IS NULL AS new,
            base - 1 + count(*) FILTER (WHERE k.first AND k.index_known IS NULL)
                OVER (ORDER BY k.at) AS index_new
        FROM known k
    ), new AS MATERIALIZED (
        SELECT p.*, assay.audience_of(p.kind) AS audience,
            CASE WHEN p.names IS NOT NULL
            THEN assay.named_in(jsonb_build_object('for', p.names)) END AS named,
            row_number() OVER (PARTITION BY p.keyid, p.seq ORDER BY p.at) > 1 AS fork_here
        FROM placed p WHERE p.new
    ), about_records AS MATERIALIZED (
        SELECT n.id,
            coalesce(t.audience, b.audience, 's') AS audience,
            coalesce(t.item, b.about) AS item,
            CASE n.kind WHEN 'withdrawal' THEN coalesce(t.readers, b.named)
                ELSE ARRAY[coalesce(t.author, b.author)] END AS named
        FROM new n
        LEFT JOIN assay.records t ON t.record_id = n.about
        LEFT JOIN new b ON b.id = n.about
        WHERE n.kind IN ('withdrawal', 'acknowledgement')
    ), put AS (
        INSERT INTO assay.records (log_index, record_id, keyid, seq, author, carrier, fork,
            audience, item, readers, envelope)
        SELECT n.index_new, n.id, n.keyid, n.seq, n.author, carrier_of_all,
            n.fork_here OR EXISTS (
                SELECT FROM assay.records r WHERE r.keyid = n.keyid AND r.seq = n.seq),
            CASE WHEN n.kind = 'withdrawal' THEN a.audience ELSE n.audience END,
            CASE WHEN n.kind = 'withdrawal' THEN a.item ELSE n.about END,
            coalesce(a.named, n.named),
            (convert_from(u.e, 'UTF8')
                || repeat(' ', (length(u.e) + 3583) / 3584 * 3584 - length(u.e)))::json
        FROM unnest(envelopes) WITH ORDINALITY AS u (e, at)
        JOIN new n ON n.at = u.at
        LEFT JOIN about_records a ON a.id = n.id
    ), leaves AS (
        INSERT INTO assay.leaf (log_index, hash)
        SELECT n.index_new, sha256('\x00'::bytea || n.id) FROM new n ORDER BY n.index_new
    ), verdicts AS (
        INSERT INTO assay.answered (person, item)
        SELECT n.author, n.about FROM new n WHERE n.kind = 'verdict'
        ON CONFLICT DO NOTHING
    ), grown AS (
        UPDATE assay.head SET size = base + (SELECT count(*) FROM new)
    )
    SELECT p.id,
        coalesce(p.index_known, first_value(p.index_new) OVER (PARTITION BY p.id ORDER BY p.at)),
        p.new
    FROM placed p
    ORDER BY p.at;
EXCEPTION
    WHEN data_exception OR statement_too_complex THEN
        RAISE EXCEPTION 'this is not a record' USING ERRCODE = 'AS001';
END $$;

-- The records of others on these items, under an index, that the person's own verdicts have opened.
-- It begins with the person's own verdicts, so that its time says nothing of an item without one;
-- no statistics are kept, so the planner is told.
CREATE OR REPLACE FUNCTION assay.revealed(items bytea[], below bigint)
RETURNS TABLE (log_index bigint, record_id bytea, envelope json, carrier json)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    asks text := assay.me();
BEGIN
    RETURN QUERY
    WITH mine AS MATERIALIZED (
        SELECT DISTINCT u.item FROM unnest(items) AS u (item)
        WHERE EXISTS (SELECT FROM assay.answered a WHERE a.person = asks AND a.item = u.item)
    )
    SELECT r.log_index, r.record_id, r.envelope, r.carrier
    FROM mine CROSS JOIN LATERAL (
        SELECT * FROM assay.records o WHERE o.item = mine.item OFFSET 0  -- by the index of items
    ) r
    WHERE r.audience = 'v' AND r.author <> asks AND r.log_index < below
    ORDER BY r.log_index;
END $$;

REVOKE ALL ON FUNCTION assay.is_base64_of(integer, text, bytea) FROM PUBLIC;
