-- What a person reads back of their own is looked up by itself, and `append` pads by bytes: answers,
-- refusals and who reads what are as before.

-- Those of these records that the session's person has signed. Who asks under the policy has all
-- items that they ever answered put into a table first, for a question that each upload asks.
CREATE FUNCTION assay.own(ids bytea[]) RETURNS TABLE (record_id bytea, envelope json)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    asks text := assay.me();
BEGIN
    RETURN QUERY SELECT r.record_id, r.envelope FROM assay.records r
        WHERE r.record_id = ANY (ids) AND r.author = asks;
END $$;

REVOKE ALL ON FUNCTION assay.own(bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION assay.own(bytea[]) TO assay_people;

-- As before, and each question to the log is asked by itself, by its index: as joins, and as an
-- EXISTS, a planner without statistics read all records for each of them, twice an upload.
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
    spaces CONSTANT bytea := decode(repeat('20', 3584), 'hex');
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
        SELECT s.*,
            (SELECT r.log_index FROM assay.records r WHERE r.record_id = s.id) AS index_known,
            row_number() OVER (PARTITION BY s.id ORDER BY s.at) = 1 AS first
        FROM unnest(ids, keyids, kinds, abouts, authors, seqs, fors) WITH ORDINALITY
            AS s (id, keyid, kind, about, author, seq, names, at)
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
        LEFT JOIN LATERAL (
            SELECT * FROM assay.records o WHERE o.record_id = n.about OFFSET 0) t ON true
        LEFT JOIN new b ON b.id = n.about
        WHERE n.kind IN ('withdrawal', 'acknowledgement')
    ), put AS (
        INSERT INTO assay.records (log_index, record_id, keyid, seq, author, carrier, fork,
            audience, item, readers, envelope)
        SELECT n.index_new, n.id, n.keyid, n.seq, n.author, carrier_of_all,
            n.fork_here OR (SELECT r.log_index FROM assay.records r
                WHERE r.keyid = n.keyid AND r.seq = n.seq LIMIT 1) IS NOT NULL,
            CASE WHEN n.kind = 'withdrawal' THEN a.audience ELSE n.audience END,
            CASE WHEN n.kind = 'withdrawal' THEN a.item ELSE n.about END,
            coalesce(a.named, n.named),
            convert_from(u.e || substr(spaces, 1,
                (length(u.e) + 3583) / 3584 * 3584 - length(u.e)), 'UTF8')::json
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
