-- What each workstation last verified of the log: a C2SP checkpoint with its cosignature. Everyone
-- reads all of them; a workstation that lies behind, or sees another log, learns it from the others.

CREATE TABLE assay.cosignature (
    login text NOT NULL,
    keyid bytea NOT NULL CHECK (length(keyid) = 32),
    note text NOT NULL CHECK (length(note) <= 1024),
    PRIMARY KEY (login, keyid)
);

-- Puts a workstation's newest in the place of its last. AS001: no cosignature, or more workstations
-- than one person has. AS003: the login is not enrolled.
CREATE FUNCTION assay.cosign(key bytea, said text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM assay.login WHERE name = session_user AND active) THEN
        RAISE EXCEPTION 'this login is not enrolled' USING ERRCODE = 'AS003';
    END IF;
    IF length(key) IS DISTINCT FROM 32 OR said IS NULL OR length(said) > 1024
        OR (SELECT count(*) FROM assay.cosignature
            WHERE login = session_user AND keyid <> key) >= 32 THEN
        RAISE EXCEPTION 'this is not a cosignature' USING ERRCODE = 'AS001';
    END IF;
    INSERT INTO assay.cosignature (login, keyid, note) VALUES (session_user, key, said)
    ON CONFLICT (login, keyid) DO UPDATE SET note = excluded.note;
END $$;

-- As before, and the agreement of two persons to go on with another log is read by all.
CREATE OR REPLACE FUNCTION assay.audience_of(kind text) RETURNS "char"
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN kind IN ('batch', 'batch-supplement', 'carry-over', 'roster', 'policy', 'adoption',
                      'shred', 'approval', 'resumption') THEN 'a'::"char"
        WHEN kind IN ('verdict', 'opinion', 'adjudication') THEN 'v'::"char"
        WHEN kind IN ('assignment', 'handover', 'acknowledgement', 'hold') THEN 'n'::"char"
        ELSE 's'::"char"
    END
$$;

REVOKE ALL ON FUNCTION assay.cosign(bytea, text) FROM PUBLIC;
GRANT SELECT ON assay.cosignature TO assay_people;
GRANT EXECUTE ON FUNCTION assay.cosign(bytea, text) TO assay_people;
