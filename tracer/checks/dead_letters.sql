-- Dead letters by topic, group and type of error. Those that no step of a group leads to are counted where their topic's
-- name says what they are; where the steps of the topic account for as many, they are the same records, seen by readers.
-- What stands in a topic whose name, or a header, says what it is for is a fact; only where its use alone tells it, and spans are
-- sampled, there is a doubt. Who, why and the rate may be unknown: the rate where the sampler may know how a trace ends.
-- Out: the columns of Found, sources, error, sampled, share (of the deliveries that the group handled in that time), and least:
-- the share if it handled as well what its offsets lack.
WITH letter AS (
    SELECT
        o.topic,
        o."group",
        a.kind,
        o.event AS id,
        coalesce(c.origin, o.source) AS origin,
        origin.topic AS source_topic,
        coalesce(origin.produced_ns, a.started_ns) AS origin_ns,
        coalesce(a.error, d.error) AS error,
        coalesce(e.produced_ns, a.started_ns) AS at_ns,
        o.confidence
    FROM check_sent_on AS o
    JOIN check_attempt AS a ON a.id = o.attempt
    JOIN check_event AS e ON e.id = o.event
    LEFT JOIN check_chain AS c ON c.event = o.source AND c."group" = o."group"
    JOIN check_event AS origin ON origin.id = coalesce(c.origin, o.source)
    LEFT JOIN check_delivery AS d ON d.event = origin.id AND d."group" = o."group"
    WHERE o.kind = 'dead-lettered'
),
stray AS (
    SELECT e.topic, e.id, e.produced_ns, row_number() OVER (PARTITION BY e.topic ORDER BY e.produced_ns, e.id) AS n
    FROM check_event AS e
    ANTI JOIN letter USING (id)
    WHERE flow_is_dead_letter(e.topic)
),
accounted AS (SELECT topic, count(*) AS letters FROM letter GROUP BY topic),
everything AS (
    SELECT * FROM letter
    UNION ALL
    SELECT stray.topic, NULL, NULL, stray.id, stray.id, NULL, NULL, NULL, stray.produced_ns, 1.0
    FROM stray
    LEFT JOIN accounted USING (topic)
    WHERE stray.n > coalesce(accounted.letters, 0)
),
inside AS (
    -- where no span tells the error, it is counted with the one that is most frequent
    SELECT e.*, coalesce(e.kind, mode(e.kind ORDER BY e.kind) OVER (PARTITION BY e.topic, e."group"), '') AS cause
    FROM everything AS e
    JOIN check_scope AS s ON coalesce(e.at_ns, s.since_ns) BETWEEN s.since_ns AND s.until_ns
),
cause AS (
    SELECT
        topic,
        "group",
        cause,
        count(DISTINCT origin) AS count,
        min(at_ns) AS first_ns,
        min(origin_ns) AS origin_ns,
        max(at_ns) AS last_ns,
        list(id ORDER BY at_ns, id) AS evidence,
        min(confidence)::DOUBLE AS confidence,
        list_sort(list(DISTINCT source_topic) FILTER (source_topic IS NOT NULL)) AS sources,
        mode(error ORDER BY error) AS error
    FROM inside
    GROUP BY topic, "group", cause
),
untold AS (
    -- offsets that the group passed meanwhile and nobody tells of: it may have handled them, in traces that were not kept
    SELECT topic, "group", cause, greatest(sum(lacking), 0) AS untold
    FROM (
        SELECT
            c.topic, c."group", c.cause, a.topic AS source, a.lane,
            check_untold(a.off, a.event) AS lacking
        FROM cause AS c
        JOIN check_attempt AS a
            ON a."group" = c."group"
            AND list_contains(c.sources, a.topic)
            AND coalesce(a.produced_ns, a.started_ns) >= c.origin_ns
        JOIN check_scope AS s ON coalesce(a.produced_ns, a.started_ns) <= s.until_ns
        GROUP BY ALL
    )
    GROUP BY ALL
),
handled AS (
    SELECT c.topic, c."group", c.cause, count(*) AS handled
    FROM cause AS c
    JOIN check_delivery AS d
        ON d."group" = c."group"
        AND list_contains(c.sources, d.topic)
        AND coalesce(d.produced_ns, d.first_ns) >= c.origin_ns
    JOIN check_scope AS s ON coalesce(d.produced_ns, d.first_ns) <= s.until_ns
    GROUP BY ALL
)
SELECT
    coalesce(c."group", c.topic) AS subject,
    c.* EXCLUDE (origin_ns, cause),
    CASE
        WHEN (s.sampled OR s.evenly) AND c.topic IN (SELECT topic FROM check_aside)
            THEN 'its name does not tell it, and spans are sampled: whether only what failed is sent there is open'
    END AS doubt,
    s.sampled,
    CASE WHEN NOT s.sampled THEN c.count / (h.handled + CASE WHEN s.evenly THEN 0 ELSE u.untold END) END AS least,
    CASE WHEN NOT s.sampled THEN c.count / h.handled END AS share
FROM cause AS c
JOIN (
    SELECT
        c."group", c.topic,
        coalesce(bool_or(r.service IN (FROM check_sampled_unevenly)), false) AS sampled,
        coalesce(bool_or(r.service IN (FROM check_sampled_evenly)), false) AS evenly
    FROM (SELECT DISTINCT "group", topic FROM cause) AS c
    LEFT JOIN check_reader AS r USING ("group")
    GROUP BY ALL
) AS s ON s.topic = c.topic AND s."group" IS NOT DISTINCT FROM c."group"
LEFT JOIN handled AS h ON h.topic = c.topic AND h."group" = c."group" AND h.cause = c.cause
LEFT JOIN untold AS u ON u.topic = c.topic AND u."group" = c."group" AND u.cause = c.cause
ORDER BY count DESC, topic, "group", first_ns;
