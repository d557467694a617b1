-- What each group's deliveries of a topic could show of the guarantee under which it reads. `blind`: why no loss would be seen.
-- Out: topic, group, group_known, events (that it handled, of the time that is asked for), blind.
SELECT
    r.topic,
    r."group",
    r.group_known,
    h.events,
    CASE
        WHEN r.service IN (FROM check_sampled) THEN 'spans of its service tell of sampling'
        WHEN g.sent = 0 THEN 'no span tells of the sends'
        WHEN g.sendless > 0 THEN g.sendless || ' events of the topic have no send that spans tell'
        WHEN NOT l.placed AND r.topic NOT IN (FROM check_narrow) THEN 'no span tells which events it passed: offsets are missing'
        WHEN NOT l.seen THEN 'spans show that events arrived, not that they were handled'
    END AS blind
FROM check_reader AS r
JOIN (
    SELECT "group", topic, count(*) AS events
    FROM check_handled
    JOIN check_scope AS s ON coalesce(produced_ns, first_ns) BETWEEN s.since_ns AND s.until_ns
    GROUP BY "group", topic
) AS h USING (topic, "group")
JOIN check_sign AS g USING (topic)
JOIN (
    SELECT "group", topic, bool_and(lane IS NOT NULL) AS placed, bool_and(seen) AS seen
    FROM check_attempt
    GROUP BY "group", topic
) AS l USING (topic, "group")
ORDER BY r.topic, r."group";
