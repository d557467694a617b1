-- Services whose traces nothing begins that a span tells, and that have no consumer span: they read with a call that is not
-- traced, or a timer begins them. Services that a request begins are none of these, nor those whose sends tell an offset:
-- what tells that much sees a poll(). One or two traces show no way of working.
-- Out: the columns of Seen.
SELECT
    s.service,
    c.scope,
    c.version,
    s.roots AS count,
    s.roots AS total,
    [{'answer': 'cause', 'count': s.roots, 'total': s.roots}] AS effects
FROM doctor_service AS s
LEFT JOIN (
    SELECT service, arg_max(scope, messages) AS scope, arg_max(version, messages) AS version
    FROM doctor_client
    WHERE messages > 0
    GROUP BY service
) AS c USING (service)
WHERE s.consumed = 0 AND s.placed = 0 AND s.requests = 0 AND s.roots > 2
    AND (SELECT count(*) FROM doctor_attempt) + (SELECT count(*) FROM doctor_sent) > 0;
