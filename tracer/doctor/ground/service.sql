-- The services with spans in the period. Out: doctor_service(service, the counts of doctor_client).
CREATE OR REPLACE TEMP TABLE doctor_service AS
SELECT
    service,
    sum(spans)::BIGINT AS spans,
    sum(messages)::BIGINT AS messages,
    sum(consumed)::BIGINT AS consumed,
    sum(placed)::BIGINT AS placed,
    sum(roots)::BIGINT AS roots,
    sum(requests)::BIGINT AS requests
FROM doctor_client
GROUP BY service;
