-- The groups that fail on a topic since some event, and what changed just then, at its producer or of their own. Where their
-- spans are sampled, the share that failed is open, for samplers like to keep errors; but not where the sampler cannot know
-- how a trace ends. There it is open only whether more than half of all fail (one-sided, 95 %, by the normal approximation).
-- Where no span tells of sampling, offsets that the group passed and nobody tells of may be of traces that were not kept, for
-- they went well: open, if that many would make it half or less, but not where too few went well that are told of: as many
-- as were kept of those before. So it is where what is unknown of others would make it half, had they gone well.
-- Out: the columns of Found, first, error, since, sampled, dead_letters, still, and of the change: side, what, now, before, who.
WITH gone AS (
    SELECT d."group", d.topic, list_sort(list(DISTINCT o.topic)) AS dead_letters
    FROM check_sent_on AS o
    LEFT JOIN check_chain AS c ON c.event = o.source AND c."group" = o."group"
    JOIN check_delivery AS d ON d.event = coalesce(c.origin, o.source) AND d."group" = o."group"
    WHERE o.kind = 'dead-lettered'
    GROUP BY ALL
),
passed AS (
    -- by partition, before the first and since; events whose offset is not told may be those that the offsets lack
    SELECT
        b."group", b.topic, b.kind_of_all, a.lane,
        coalesce(a.produced_ns, a.started_ns) >= b.first_ns AS later,
        count(DISTINCT a.event) AS told,
        count(DISTINCT a.event) FILTER (a.outcome = 'ok') AS well,
        check_untold(a.off, a.event) AS untold
    FROM check_broken AS b
    JOIN check_attempt AS a USING ("group", topic)
    GROUP BY ALL
),
untold AS (
    SELECT
        "group", topic, kind_of_all,
        greatest(sum(untold) FILTER (later), 0)::BIGINT AS since,
        coalesce(sum(well) FILTER (NOT later), 0) AS well_before,
        sum(told) FILTER (NOT later) + greatest(sum(untold) FILTER (NOT later), 0) AS before
    FROM passed
    GROUP BY ALL
),
unclear AS (
    SELECT b."group", b.topic, b.kind_of_all, count(*) AS events
    FROM check_broken AS b
    JOIN check_delivery AS d USING ("group", topic)
    WHERE d.outcome = 'unknown' AND coalesce(d.produced_ns, d.first_ns) >= b.first_ns
    GROUP BY ALL
),
half AS (
    -- how many that went well would be told of, if half of all did: the least that those before let expect
    SELECT
        "group", topic, kind_of_all,
        u.since AS untold,
        coalesce(greatest(well_before - 1.64 * sqrt(well_before), 0) / before, 0) * (b.since + u.since) / 2 AS well
    FROM untold AS u
    JOIN (SELECT "group", topic, kind_of_all, since FROM check_broken) AS b USING ("group", topic, kind_of_all)
)
SELECT
    b."group" AS subject,
    b.* EXCLUDE (kind_of_all, events, handlings),
    gone.dead_letters,
    x.* EXCLUDE ("group", topic, kind_of_all),
    coalesce(r.service IN (FROM check_sampled), false) AS sampled,
    (1 - 0.5 ** b.handlings)::DOUBLE AS confidence,
    CASE
        WHEN r.service IN (FROM check_sampled_evenly) AND 2 * b.count - b.since < 1.64 * sqrt(b.since)
            THEN 'its spans are sampled, and these are too few to tell whether more than half of all fail'
        WHEN r.service IN (FROM check_sampled_unevenly)
            THEN 'spans of its service tell of sampling, and those that fail may be kept more often than the others'
        WHEN 2 * b.count <= b.since + u.events THEN 'what became of ' || u.events || ' others since is unknown'
        WHEN r.service NOT IN (FROM check_sampled)
            AND 2 * b.count < b.since + h.untold
            AND b.since - b.count + 1.64 * sqrt(h.well) >= h.well
            THEN h.untold || ' offsets that it passed since are told of no event: it may have handled them well, in traces that were not kept'
    END AS doubt
FROM check_broken AS b
LEFT JOIN check_reader AS r USING ("group", topic)
LEFT JOIN half AS h USING ("group", topic, kind_of_all)
LEFT JOIN unclear AS u USING ("group", topic, kind_of_all)
LEFT JOIN gone USING ("group", topic)
LEFT JOIN check_change AS x USING ("group", topic, kind_of_all)
ORDER BY count DESC, topic, "group", first_ns;
