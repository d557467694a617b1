-- How many nodes of the flow are left out.
SELECT (SELECT count(DISTINCT id) FROM flow_seen) - (SELECT count(*) FROM flow_wanted)
