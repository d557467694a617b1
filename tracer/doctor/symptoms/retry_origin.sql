-- Sends to retry and dead-letter topics of which neither a captured header nor the spans around tell for sure which attempt sent
-- them.
-- Out: the columns of Seen.
WITH topics AS (
    SELECT topic
    FROM (SELECT DISTINCT topic FROM doctor_sent WHERE topic IS NOT NULL)
    WHERE flow_is_retry(topic) OR flow_is_dead_letter(topic)
)
SELECT
    s.service, s.scope, s.version,
    count(*) FILTER (NOT s.origin_told AND coalesce(e.confidence, 0) < 0.9) AS count,
    count(*) AS total,
    [{
        'answer': 'origin',
        'count': count(*) FILTER (NOT s.origin_told AND coalesce(e.confidence, 0) < 0.9),
        'total': count(*)
    }] AS effects
FROM doctor_sent AS s
JOIN topics USING (topic)
LEFT JOIN doctor_effect AS e ON e.event = s.event
GROUP BY s.service, s.scope, s.version
HAVING count(*) FILTER (NOT s.origin_told AND coalesce(e.confidence, 0) < 0.9) > 0;
