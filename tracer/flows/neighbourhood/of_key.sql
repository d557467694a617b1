-- The events of a key. Out: flow_wanted(id).
CREATE OR REPLACE TEMP TABLE flow_wanted AS
SELECT id FROM flow_event WHERE key = $key
