-- Spans that tell that a sampler left others out: by their trace state, each for itself; of a service whose spans tell it otherwise all.
-- Out: the columns of Seen.
SELECT
    service,
    scope_name AS scope,
    max(scope_version) AS version,
    count(*) FILTER (chosen) AS count,
    count(*) AS total,
    [{'answer': 'sampled', 'count': count(*) FILTER (chosen), 'total': count(*)}] AS effects
FROM (
    SELECT
        service, scope_name, scope_version,
        flow_state_samples(trace_state)
            OR NOT bool_or(flow_state_samples(trace_state)) OVER (PARTITION BY service) AS chosen
    FROM spans
    WHERE service IN (SELECT service FROM flow_services_sampled($since, $until)) AND start_ns BETWEEN $since AND $until
        AND (messaging_operation_type IS NOT NULL OR kind IN ('producer', 'consumer'))
)
GROUP BY service, scope
HAVING count(*) FILTER (chosen) > 0;
