-- A calibration set is read by those whom it names, an entry of the casebook by all. What was drawn
-- when a batch was dealt out is a kind that stands nowhere here: supervisors and QA alone read it.

CREATE OR REPLACE FUNCTION assay.audience_of(kind text) RETURNS "char"
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN kind IN ('batch', 'batch-supplement', 'carry-over', 'roster', 'policy', 'adoption',
                      'shred', 'approval', 'resumption', 'casebook') THEN 'a'::"char"
        WHEN kind IN ('verdict', 'opinion', 'adjudication') THEN 'v'::"char"
        WHEN kind IN ('assignment', 'handover', 'acknowledgement', 'hold', 'calibration')
            THEN 'n'::"char"
        ELSE 's'::"char"
    END
$$;
