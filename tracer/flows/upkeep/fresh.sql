-- The spans of the batches ($after, $upto]. Out: scope_fresh, the columns of scope_store.
CREATE OR REPLACE TEMP TABLE scope_fresh AS
FROM scope_store
WHERE batch > $after AND batch <= $upto
