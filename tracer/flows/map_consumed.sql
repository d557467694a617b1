-- Who consumes: topic, service, group, deliveries, those whose last attempt failed, those dead-lettered, time in queue.
WITH delivery AS (
    SELECT
        e.topic,
        p."group",
        p.event,
        arg_max(p.service, p.attempt) AS service,
        arg_max(p.outcome, p.attempt) AS outcome,
        arg_min(p.queue_ns, p.attempt) AS queue_ns
    FROM flow_processing AS p
    JOIN flow_event AS e ON e.id = p.event
    WHERE e.topic IS NOT NULL
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
    quantile_disc(queue_ns, 0.95)
FROM delivery
GROUP BY topic, coalesce(service, "group"), "group"
ORDER BY ALL
