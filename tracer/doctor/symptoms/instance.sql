-- Attempts and sends of which no span tells the instance, nor host and process: guesses by order need it, and so does a
-- verdict on one of several instances.
-- Out: the columns of Seen.
SELECT
    service,
    min(scope) AS scope,
    min(version) AS version,
    count(*) FILTER (instance IS NULL) AS count,
    count(*) AS total,
    [{'answer': 'instance', 'count': count(*) FILTER (instance IS NULL), 'total': count(*)}] AS effects
FROM (
    SELECT service, scope, version, instance FROM doctor_attempt
    UNION ALL
    SELECT service, scope, version, instance FROM doctor_sent
)
GROUP BY service
HAVING count(*) FILTER (instance IS NULL) > 0;
