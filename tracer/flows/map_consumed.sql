-- Who consumes: topic, service, group, deliveries, those whose last attempt failed, those dead-lettered, time in queue
-- (median, 95th percentile), attempts, deliveries that took more than one, the first and the last start in nanoseconds.
-- Of events from $since_ns to $until_ns.
WITH delivery AS (
    SELECT
        e.topic,
        p."group",
        p.event,
        arg_max(p.service, p.attempt) AS service,
        arg_max(p.outcome, p.attempt) AS outcome,
        arg_min(p.queue_ns, p.attempt) AS queue_ns,
        count(*) AS attempts,
        min(p.started_ns) AS first_ns,
        max(p.started_ns) AS last_ns
    FROM flow_processing AS p
    JOIN flow_event AS e ON e.id = p.event
    WHERE e.topic IS NOT NULL
        AND ($since_ns IS NULL OR coalesce(e.produced_ns, e.first_ns) >= $since_ns)
        AND ($until_ns IS NULL OR coalesce(e.produced_ns, e.first_ns) < $until_ns)
    GROUP BY ALL
)
SELECT
    topic,
    coalesce(service, "group"),
    "group",
    count(*),
    count(*) FILTER (outcome IN ('error', 'dead-lettered')),
    count(*) FILTER (outcome = 'dead-lettered'),
    quantile_disc(queue_ns, 0.5),
    quantile_disc(queue_ns, 0.95),
    sum(attempts)::BIGINT,
    count(*) FILTER (attempts > 1 OR outcome = 'retried'),
    min(first_ns),
    max(last_ns)
FROM delivery
GROUP BY topic, coalesce(service, "group"), "group"
ORDER BY ALL
