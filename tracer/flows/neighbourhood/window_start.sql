-- The start of the window that holds the $spans newest spans; null when the store has no more than these.
SELECT CASE WHEN (SELECT count(*) FROM flow_store) > $spans THEN min(start_ns) END
FROM (SELECT start_ns FROM flow_store ORDER BY start_ns DESC LIMIT $spans)
