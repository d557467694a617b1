-- Nothing is found yet. Out: flow_seen(id, node, event, depth, at_ns): `event` or processing, depth below 0 for causes and above
-- for effects; `node` is the key of the event's id, `at_ns` the time of the row.
CREATE OR REPLACE TEMP TABLE flow_seen (id VARCHAR, node UINTEGER, event BOOLEAN, depth INTEGER, at_ns BIGINT)
