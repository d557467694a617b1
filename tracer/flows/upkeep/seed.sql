-- The traces of the new spans. Out: scope_seed(node).
CREATE OR REPLACE TEMP TABLE scope_seed AS SELECT DISTINCT trace AS node FROM derived_ref
