-- Sends that do not tell the offset, of events of which nobody else does either; one of twenty and more: what was
-- sent just now nobody has read yet.
-- Out: the columns of Seen.
SELECT
    service, scope, version,
    count(*) FILTER (told_offset IS NULL) AS count,
    count(*) AS total,
    [{'answer': 'offset', 'count': count(*) FILTER (told_offset IS NULL AND off IS NULL), 'total': count(*)}] AS effects
FROM doctor_sent
WHERE system IN ('kafka', 'eventhubs')
GROUP BY service, scope, version
HAVING count(*) FILTER (told_offset IS NULL AND off IS NULL) >= 0.05 * count(*);
