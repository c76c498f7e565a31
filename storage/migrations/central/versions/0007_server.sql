-- Each sync asks how many records of its key are here, to notice one that was taken out. They are
-- counted by the index alone, where every one of them was read: two of them fill a page.

DROP INDEX assay.records_chain;
CREATE INDEX records_chain ON assay.records (keyid, seq) INCLUDE (author);

-- How many records of a key are here: of the person's own, or of anyone's for who reads all. The
-- planner has no statistics, and would go for the rows.
CREATE OR REPLACE FUNCTION assay.count_of(key bytea) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    asks text := assay.me();
    all_of_it boolean := assay.reads_all();
BEGIN
    RETURN (SELECT count(*) FROM assay.records WHERE keyid = key AND (all_of_it OR author = asks));
END $$;
