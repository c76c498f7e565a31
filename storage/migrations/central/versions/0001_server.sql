-- The central store on a PostgreSQL server, 15 or later. Run as its owner, who cannot log in.
-- Everything is in the schema `assay`. People reach: SELECT on four columns of `records` under
-- row-level security, SELECT on `leaf` and on the version, and the functions granted at the end.

CREATE TABLE assay.head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    size bigint NOT NULL
);
INSERT INTO assay.head (size) VALUES (0);

-- Who a login is. Outside the policies, so that a policy that asks here does not ask itself.
CREATE TABLE assay.login (
    name text PRIMARY KEY,
    person text UNIQUE,
    reads_all boolean NOT NULL DEFAULT false,
    administers boolean NOT NULL DEFAULT false,
    active boolean NOT NULL DEFAULT true
);

CREATE TABLE assay.records (
    log_index bigint PRIMARY KEY,
    record_id bytea NOT NULL UNIQUE CHECK (length(record_id) = 32),
    keyid bytea NOT NULL,
    seq bigint NOT NULL,
    author text NOT NULL,
    -- json, because it has no comparison: a comparison of bytea or text is `leakproof`, so that
    -- the planner may run it on rows which the policy hides, and EXPLAIN ANALYZE shows whether.
    carrier json NOT NULL,
    fork boolean NOT NULL,
    audience "char" NOT NULL CHECK (audience IN ('a', 'n', 's', 'v')),
    item bytea,
    readers text[],
    -- Spaces at its end make one length of many, or the size of a hidden row would tell of it.
    envelope json NOT NULL
) WITH (toast_tuple_target = 8128);
-- Not compressed, for the same reason; no statistics, which would hold samples of what is hidden.
ALTER TABLE assay.records ALTER COLUMN envelope SET STORAGE EXTERNAL;
ALTER TABLE assay.records
    ALTER COLUMN record_id SET STATISTICS 0,
    ALTER COLUMN keyid SET STATISTICS 0,
    ALTER COLUMN seq SET STATISTICS 0,
    ALTER COLUMN author SET STATISTICS 0,
    ALTER COLUMN carrier SET STATISTICS 0,
    ALTER COLUMN fork SET STATISTICS 0,
    ALTER COLUMN audience SET STATISTICS 0,
    ALTER COLUMN item SET STATISTICS 0,
    ALTER COLUMN readers SET STATISTICS 0,
    ALTER COLUMN envelope SET STATISTICS 0;
CREATE INDEX records_chain ON assay.records (keyid, seq);
CREATE INDEX records_by_item ON assay.records (item);

CREATE TABLE assay.leaf (
    log_index bigint PRIMARY KEY,
    hash bytea NOT NULL CHECK (length(hash) = 32)
);

ALTER TABLE assay.leaf ALTER COLUMN hash SET STATISTICS 0;

-- On which items a person's first verdict lies. Nobody but the functions reads it.
CREATE TABLE assay.answered (
    person text NOT NULL,
    item bytea NOT NULL,
    PRIMARY KEY (person, item)
);

CREATE FUNCTION assay.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'AS005';
END $$;

CREATE TRIGGER records_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON assay.records
    FOR EACH STATEMENT EXECUTE FUNCTION assay.refuse_change();
CREATE TRIGGER leaf_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON assay.leaf
    FOR EACH STATEMENT EXECUTE FUNCTION assay.refuse_change();
CREATE TRIGGER answered_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON assay.answered
    FOR EACH STATEMENT EXECUTE FUNCTION assay.refuse_change();

-- The person whom the session's login stands for; null for a login that is not enrolled. SET ROLE
-- does not change the session's login.
CREATE FUNCTION assay.me() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT person FROM assay.login WHERE name = session_user AND active);
END $$;

CREATE FUNCTION assay.reads_all() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM assay.login WHERE name = session_user AND active AND reads_all);
END $$;

-- Whether the session's person has given a first verdict on an item.
CREATE FUNCTION assay.answered(of_item bytea) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM assay.login l JOIN assay.answered a ON a.person = l.person
        WHERE l.name = session_user AND l.active AND a.item = of_item
    );
END $$;

CREATE FUNCTION assay.refuse(why text) RETURNS bytea
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%', why USING ERRCODE = 'AS001';
END $$;

CREATE FUNCTION assay.is_digest(of_text text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT length(of_text) = 64 AND translate(of_text, '0123456789abcdef', '') = ''
$$;

-- Who reads a record: a all, n those named in it, s supervisors and qa alone, v whoever has given
-- a first verdict on the item. The author reads it always. A kind this version does not know: s.
CREATE FUNCTION assay.audience_of(kind text) RETURNS "char"
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN kind IN ('batch', 'batch-supplement', 'carry-over', 'roster', 'policy', 'adoption',
                      'shred', 'approval') THEN 'a'::"char"
        WHEN kind IN ('verdict', 'opinion', 'adjudication') THEN 'v'::"char"
        WHEN kind IN ('assignment', 'handover', 'acknowledgement', 'hold') THEN 'n'::"char"
        ELSE 's'::"char"
    END
$$;

-- The persons that an assignment, a handover or a hold names in `for`: a text or a list of texts.
CREATE FUNCTION assay.named_in(predicate jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE jsonb_typeof(predicate -> 'for')
        WHEN 'string' THEN ARRAY[predicate ->> 'for']
        WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(predicate -> 'for'))
    END
$$;

-- Adds envelopes at the end of the log, in order, all or none; one that is there keeps its place.
-- Answers a row for each, in their order. AS001: no record. AS003: the login is not enrolled.
CREATE FUNCTION assay.append(envelopes bytea[])
RETURNS TABLE (record_id bytea, log_index bigint, fresh boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    base bigint;
    carrier_of_all json;
BEGIN
    SELECT to_json(l.name) INTO carrier_of_all FROM assay.login l
        WHERE l.name = session_user AND l.active;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this login is not enrolled' USING ERRCODE = 'AS003';
    END IF;
    -- One at a time from here on: the index has no gap.
    SELECT size INTO STRICT base FROM assay.head FOR UPDATE;
    RETURN QUERY
    WITH cut AS MATERIALIZED (
        SELECT u.at, u.e, c.id, c.keyid, w.text, d.raw
        FROM unnest(envelopes) WITH ORDINALITY AS u (e, at)
        CROSS JOIN LATERAL (SELECT length(u.e) - 248 AS bytes) l
        CROSS JOIN LATERAL (SELECT
            CASE WHEN l.bytes > 0 AND length(u.e) <= 16777216
                AND substr(u.e, 1, 12) = '{"payload":"'
                AND substr(u.e, l.bytes + 13, 71)
                    = '","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"'
                AND substr(u.e, l.bytes + 148, 9) = '","sig":"'
                AND substr(u.e, l.bytes + 245, 4) = '"}]}'
            THEN sha256(u.e) ELSE assay.refuse('this is not an envelope') END AS id,
            convert_from(substr(u.e, l.bytes + 84, 64), 'UTF8') AS keyid,
            convert_from(substr(u.e, l.bytes + 157, 88), 'UTF8') AS sig
        ) c
        CROSS JOIN LATERAL (SELECT convert_from(substr(u.e, 13, l.bytes), 'UTF8') AS text) w
        CROSS JOIN LATERAL (SELECT
            CASE WHEN assay.is_digest(c.keyid) AND length(decode(c.sig, 'base64')) = 64
                AND replace(encode(decode(c.sig, 'base64'), 'base64'), E'\n', '') = c.sig
            THEN decode(w.text, 'base64') ELSE assay.refuse('this is not an envelope') END AS raw
        ) d
    ), opened AS MATERIALIZED (
        SELECT c.at, c.e, c.id, decode(c.keyid, 'hex') AS keyid,
            CASE WHEN replace(encode(c.raw, 'base64'), E'\n', '') = c.text
            -- U+0000 cannot be in jsonb; where it is spelled, another control character does.
            THEN replace(convert_from(c.raw, 'UTF8'), '\u0000', '\u0001')::jsonb
            ELSE to_jsonb(assay.refuse('this is not an envelope')) END AS payload
        FROM cut c
    ), said AS MATERIALIZED (
        SELECT o.at, o.e, o.id, o.keyid, p.predicate, k.kind,
            CASE WHEN o.payload ->> '_type' = 'https://in-toto.io/Statement/v1'
                AND k.type = 'https://assay.example/' || k.kind || '/v1'
                AND k.kind ~ '^[a-z][a-z-]*$' AND length(k.kind) <= 64
                AND assay.is_digest(o.payload #>> '{subject,0,digest,sha256}')
                AND jsonb_typeof(p.predicate -> 'author') = 'string'
                AND jsonb_typeof(p.predicate -> 'seq') = 'number'
            THEN decode(o.payload #>> '{subject,0,digest,sha256}', 'hex')
            ELSE assay.refuse('this is not a record') END AS about,
            p.predicate ->> 'author' AS author,
            (p.predicate ->> 'seq')::bigint AS seq
        FROM opened o
        CROSS JOIN LATERAL (SELECT o.payload -> 'predicate' AS predicate) p
        CROSS JOIN LATERAL (SELECT o.payload ->> 'predicateType' AS type,
            substr(o.payload ->> 'predicateType', 23,
                greatest(length(o.payload ->> 'predicateType') - 25, 0)) AS kind) k
    ), known AS MATERIALIZED (
        SELECT s.*, r.log_index AS index_known,
            row_number() OVER (PARTITION BY s.id ORDER BY s.at) = 1 AS first
        FROM said s LEFT JOIN assay.records r ON r.record_id = s.id
    ), placed AS MATERIALIZED (
        SELECT k.*, k.first AND k.index_known IS NULL AS new,
            base - 1 + count(*) FILTER (WHERE k.first AND k.index_known IS NULL)
                OVER (ORDER BY k.at) AS index_new
        FROM known k
    ), new AS MATERIALIZED (
        SELECT p.*, assay.audience_of(p.kind) AS audience, assay.named_in(p.predicate) AS named,
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
            (convert_from(n.e, 'UTF8')
                || repeat(' ', (length(n.e) + 3583) / 3584 * 3584 - length(n.e)))::json
        FROM new n LEFT JOIN about_records a ON a.id = n.id
        ORDER BY n.index_new
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

-- How many records of a key are here: of the person's own, or of anyone's for who reads all.
CREATE FUNCTION assay.count_of(key bytea) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    asks text := assay.me();
    all_of_it boolean := assay.reads_all();
BEGIN
    RETURN (SELECT count(*) FROM assay.records WHERE keyid = key AND (all_of_it OR author = asks));
END $$;

-- The records on these items, under an index, that the person's own verdicts have opened. It begins
-- with the person's own verdicts, so that its time says nothing of an item without one.
CREATE FUNCTION assay.revealed(items bytea[], below bigint)
RETURNS TABLE (log_index bigint, record_id bytea, envelope json, carrier json)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH mine AS MATERIALIZED (
        SELECT a.item FROM assay.answered a
        WHERE a.person = assay.me() AND a.item = ANY (items)
    )
    SELECT r.log_index, r.record_id, r.envelope, r.carrier
    FROM mine JOIN assay.records r ON r.item = mine.item
    WHERE r.audience = 'v' AND r.log_index < below
    ORDER BY r.log_index;
END $$;

-- Says whom a login stands for, and lets the login in. A login keeps a person who has a record for
-- good, because another must not inherit what that person may see. AS002: not an administrator's login. AS004:
-- there is no such login. AS006: it reads everything anyway. AS007: one login a person.
CREATE FUNCTION assay.enrol(
    login_name text, of_person text, may_read_all boolean, may_administer boolean
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT pg_has_role(session_user, 'assay_owner', 'MEMBER') AND NOT EXISTS (
            SELECT FROM assay.login WHERE name = session_user AND active AND administers) THEN
        RAISE EXCEPTION 'this login does not administer' USING ERRCODE = 'AS002';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login_name AND rolcanlogin) THEN
        RAISE EXCEPTION 'there is no such login' USING ERRCODE = 'AS004';
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = login_name AND (rolsuper OR rolbypassrls)) THEN
        RAISE EXCEPTION 'this login may read everything' USING ERRCODE = 'AS006';
    END IF;
    IF EXISTS (SELECT FROM assay.login l WHERE l.name = login_name AND l.person <> of_person
            AND EXISTS (SELECT FROM assay.records r WHERE r.author = l.person))
        OR EXISTS (SELECT FROM assay.login WHERE name <> login_name AND person = of_person) THEN
        RAISE EXCEPTION 'one login a person' USING ERRCODE = 'AS007';
    END IF;
    INSERT INTO assay.login (name, person, reads_all, administers)
    VALUES (login_name, of_person, may_read_all, may_administer)
    ON CONFLICT (name) DO UPDATE SET
        person = coalesce(excluded.person, login.person),
        reads_all = excluded.reads_all, administers = excluded.administers, active = true;
    EXECUTE format('GRANT assay_people TO %I', login_name);
END $$;

-- Lets a login in no more; whom it stood for stays.
CREATE FUNCTION assay.dismiss(login_name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT pg_has_role(session_user, 'assay_owner', 'MEMBER') AND NOT EXISTS (
            SELECT FROM assay.login WHERE name = session_user AND active AND administers) THEN
        RAISE EXCEPTION 'this login does not administer' USING ERRCODE = 'AS002';
    END IF;
    UPDATE assay.login SET active = false WHERE name = login_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no such login' USING ERRCODE = 'AS004';
    END IF;
    EXECUTE format('REVOKE assay_people FROM %I', login_name);
END $$;

ALTER TABLE assay.records ENABLE ROW LEVEL SECURITY;
-- Forced: it binds the owner too, who then needs a policy for what `append` inserts.
ALTER TABLE assay.records FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_appends ON assay.records TO assay_owner USING (true) WITH CHECK (true);
CREATE POLICY people_read ON assay.records FOR SELECT TO assay_people USING (
    audience = 'a'
    OR author = (SELECT assay.me())
    OR (SELECT assay.reads_all())
    OR (audience = 'v' AND assay.answered(item))
    OR (audience = 'n' AND (SELECT assay.me()) = ANY (readers))
);

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA assay FROM PUBLIC;
GRANT USAGE ON SCHEMA assay TO assay_people;
GRANT SELECT (log_index, record_id, carrier, envelope) ON assay.records TO assay_people;
GRANT SELECT ON assay.leaf TO assay_people;
GRANT SELECT ON assay.alembic_version TO assay_people;
GRANT EXECUTE ON FUNCTION assay.append(bytea[]), assay.me(), assay.reads_all(),
    assay.answered(bytea), assay.count_of(bytea), assay.revealed(bytea[], bigint),
    assay.enrol(text, text, boolean, boolean), assay.dismiss(text) TO assay_people;
