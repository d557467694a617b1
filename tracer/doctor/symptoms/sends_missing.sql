-- Offsets between the first and the last send of a service on a partition where no span tells a send, on topics that it
-- alone sends to as far as is known. A few may have been lost with a process; from one of twenty on they are told.
-- Out: the columns of Seen; `where`: topics.
WITH alone AS (SELECT topic FROM doctor_sent GROUP BY topic HAVING count(DISTINCT service) = 1),
lane AS (
    SELECT
        topic,
        partition,
        min(service) AS service,
        min(scope) AS scope,
        min(version) AS version,
        count(DISTINCT off) AS sent,
        max(off) - min(off) + 1 AS offsets
    FROM doctor_sent
    SEMI JOIN alone USING (topic)
    WHERE told_offset IS NOT NULL
    GROUP BY topic, partition
)
SELECT
    service, scope, version,
    sum(offsets - sent)::BIGINT AS count,
    sum(offsets)::BIGINT AS total,
    [{'answer': 'event', 'count': sum(offsets - sent)::BIGINT, 'total': sum(offsets)::BIGINT}] AS effects,
    list_sort(list(DISTINCT topic) FILTER (offsets > sent)) AS "where"
FROM lane
GROUP BY service, scope, version
HAVING sum(offsets - sent) >= 0.05 * sum(offsets) AND sum(offsets - sent) > 1;
