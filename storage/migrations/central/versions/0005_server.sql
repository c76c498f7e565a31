-- Which rows a person reads is decided by a table of that person's answered items, made once a
-- question, where a function was called for each row. And every hidden row now goes by all parts of
-- the policy, so that no plan of the server tells by what it did or left out of which kind it is.

-- The items on which the session's person has given a first verdict.
CREATE FUNCTION assay.answered_items() RETURNS SETOF bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1000 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT a.item FROM assay.login l JOIN assay.answered a ON a.person = l.person
        WHERE l.name = session_user AND l.active;
END $$;

REVOKE ALL ON FUNCTION assay.answered_items() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION assay.answered_items() TO assay_people;

DROP POLICY people_read ON assay.records;
-- In each pair the part that takes work comes first: it is done for a row of any kind.
CREATE POLICY people_read ON assay.records FOR SELECT TO assay_people USING (
    (item IN (SELECT assay.answered_items()) AND audience = 'v')
    OR ((SELECT assay.me()) = ANY (readers) AND audience = 'n')
    OR (SELECT assay.reads_all())
    OR author = (SELECT assay.me())
    OR audience = 'a'
);
