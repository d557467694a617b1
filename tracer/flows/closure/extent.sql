-- How many nodes are wanted, the first and the last time of their rows.
SELECT count(*), coalesce(min(at_ns), 0), coalesce(max(at_ns), 0) FROM flow_wanted
