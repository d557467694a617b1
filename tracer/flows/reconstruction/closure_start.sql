-- The nodes that were asked for. Out: flow_seen(id, depth), depth below 0 for causes and above for effects.
CREATE OR REPLACE TEMP TABLE flow_seen AS
SELECT unnest(CAST($ids AS VARCHAR[])) AS id, 0 AS depth;
