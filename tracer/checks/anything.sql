-- Whether there is anything to look at in the time in which findings are reported: an event or an attempt. Out: one row where there is.
SELECT 1
FROM check_scope AS s
WHERE EXISTS (FROM check_event AS e WHERE e.produced_ns BETWEEN s.since_ns AND s.until_ns)
    OR EXISTS (FROM check_attempt AS a WHERE a.started_ns BETWEEN s.since_ns AND s.until_ns);
