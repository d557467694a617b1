-- Attempts whose span does not tell the offset, at events of which nobody else does either: one of twenty and more.
-- Out: the columns of Seen.
SELECT
    service, scope, version,
    count(*) FILTER (told_offset IS NULL) AS count,
    count(*) AS total,
    [{
        'answer': 'offset',
        'count': count(DISTINCT event) FILTER (told_offset IS NULL AND off IS NULL),
        'total': count(DISTINCT event)
    }] AS effects
FROM doctor_attempt
WHERE system IN ('kafka', 'eventhubs')
GROUP BY service, scope, version
HAVING count(*) FILTER (told_offset IS NULL AND off IS NULL) >= 0.05 * count(*);
