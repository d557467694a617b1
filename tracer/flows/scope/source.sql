-- The spans in scope, none yet. Out: scope_fresh, the new ones; scope_older, those around them; flow_source, both: to read two
-- tables costs less than to copy one.
CREATE OR REPLACE TEMP TABLE scope_fresh AS FROM scope_store LIMIT 0;

CREATE OR REPLACE TEMP TABLE scope_older AS FROM scope_store LIMIT 0;

CREATE OR REPLACE TEMP VIEW flow_source AS FROM scope_fresh UNION ALL FROM scope_older
