-- What makes the spans of each service in the period, by scope, and how its traces begin.
-- `messages` are spans about messages, `consumed` those of taking them, `placed` sends that tell an offset; `roots` begin a
-- trace by themselves, `requests` for somebody outside.
-- Out: doctor_client(service, scope, version, spans, messages, consumed, placed, roots, requests).
CREATE OR REPLACE TEMP TABLE doctor_client AS
SELECT
    service,
    scope_name AS scope,
    scope_version AS version,
    count(*) AS spans,
    count(*) FILTER (messaging_operation_type IS NOT NULL OR kind IN ('producer', 'consumer')) AS messages,
    count(*) FILTER (kind = 'consumer' OR messaging_operation_type IN ('receive', 'process')) AS consumed,
    count(*) FILTER (messaging_operation_type = 'send' AND messaging_kafka_offset IS NOT NULL) AS placed,
    count(*) FILTER (parent_span_id IS NULL AND kind = 'internal') AS roots,
    count(*) FILTER (parent_span_id IS NULL AND kind = 'server') AS requests
FROM spans
WHERE service IS NOT NULL AND start_ns BETWEEN $since AND $until
GROUP BY ALL;
