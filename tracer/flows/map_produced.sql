-- Who produces: service, topic, events, the first and the last in nanoseconds. Of events from $since_ns to $until_ns.
SELECT service, topic, count(*), min(produced_ns), max(produced_ns)
FROM flow_event
WHERE topic IS NOT NULL
    AND service IS NOT NULL
    AND ($since_ns IS NULL OR coalesce(produced_ns, first_ns) >= $since_ns)
    AND ($until_ns IS NULL OR coalesce(produced_ns, first_ns) < $until_ns)
GROUP BY ALL
ORDER BY ALL
