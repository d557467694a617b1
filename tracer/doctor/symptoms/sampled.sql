-- Spans whose trace state tells that a sampler left others out: a threshold (th) above 0, or a power of two (p) above 0.
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
        coalesce(regexp_matches(trace_state, '(^|[,;=])(ot=)?([^,]*;)?(th:0*[1-9a-f]|p:[1-9])'), false) AS chosen
    FROM spans
    WHERE service IS NOT NULL AND start_ns BETWEEN $since AND $until
        AND (messaging_operation_type IS NOT NULL OR kind IN ('producer', 'consumer'))
)
GROUP BY service, scope
HAVING count(*) FILTER (chosen) > 0;
