-- Times in queue below zero of sure deliveries between two hosts (instances, where no host is told): no message takes negative
-- time, so the reader's clock is behind by at least that much.
-- Out: the columns of Seen; `where`: which is behind which, the furthest first.
WITH pair AS (
    SELECT
        service,
        min(scope) AS scope,
        min(version) AS version,
        place,
        sender_place,
        count(*) FILTER (queue_ns < 0) AS early,
        count(*) AS deliveries,
        min(queue_ns) AS least_ns
    FROM doctor_attempt
    WHERE confidence >= 0.9 AND queue_ns IS NOT NULL AND place <> sender_place
    GROUP BY service, place, sender_place
)
SELECT
    service,
    min(scope) AS scope,
    min(version) AS version,
    sum(early)::BIGINT AS count,
    sum(deliveries)::BIGINT AS total,
    [{'answer': 'queue', 'count': sum(early)::BIGINT, 'total': sum(deliveries)::BIGINT}] AS effects,
    list(
        place || ' is behind ' || sender_place || ' by ' || format('{:,}', ceil(-least_ns / 1_000_000)::BIGINT) || ' ms or more'
        ORDER BY least_ns, place, sender_place
    ) FILTER (early > 0) AS "where"
FROM pair
GROUP BY service
HAVING sum(early) > 0;
