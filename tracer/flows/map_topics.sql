-- What a topic holds: events, those whose send span is not known, those that no span tells to be handed to a group, the
-- first and the last in nanoseconds. Of events from $since_ns to $until_ns.
SELECT
    topic,
    count(*),
    count(*) FILTER (produced_ns IS NULL),
    count(*) FILTER (id NOT IN (SELECT event FROM flow_processing WHERE event IS NOT NULL)),
    min(coalesce(produced_ns, first_ns)),
    max(coalesce(produced_ns, first_ns))
FROM flow_event
WHERE topic IS NOT NULL
    AND ($since_ns IS NULL OR coalesce(produced_ns, first_ns) >= $since_ns)
    AND ($until_ns IS NULL OR coalesce(produced_ns, first_ns) < $until_ns)
GROUP BY ALL
ORDER BY ALL
