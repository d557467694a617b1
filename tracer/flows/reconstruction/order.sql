-- The order on a partition (method `adjacency`): a partition is a queue. Arrivals of a group that tell nothing of their
-- message but the partition, and sends on it that no arrival of the group names, are the same messages one by one:
-- between two pairs that are known, and between two silences of twenty seconds, where there are as many of both, each
-- arrival after its send, and no keys that differ. 0.88 where each arrives before the next is sent, else 0.8. Where the
-- numbers differ, what was sent and read alone, with nothing before it unread, is told at 0.5: something is missing.
-- A send that tells no partition went to the only one that the group reads.
-- Nothing that is further away than flow_horizon() has a say.
-- Out: flow_join(label, head, method, confidence, detail): the arrival's message, the send's.
CREATE OR REPLACE TEMP TABLE flow_join AS
WITH reader AS (
    SELECT
        a.aid, l.label, coalesce(a.grp, a.service) AS grp, a.topic, a.part, a.key, a.start_ns, a.trace_id, a.span_id, o.send,
        a.aid IN (SELECT aid FROM flow_unnamed) AS unnamed
    FROM flow_arrival AS a
    JOIN flow_label AS l ON l.node = a.aid
    LEFT JOIN flow_origin AS o USING (aid)
    WHERE a.topic IS NOT NULL AND a.part IS NOT NULL
),
queue AS (
    SELECT topic, part, grp, count(*) OVER (PARTITION BY topic, grp) = 1 AS only
    FROM (SELECT topic, part, grp, bool_or(unnamed) AS unnamed FROM reader GROUP BY ALL)
    QUALIFY unnamed
),
sending AS (
    SELECT s.sid, q.topic, q.part, q.grp
    FROM flow_send AS s
    JOIN queue AS q USING (topic, part)
    UNION ALL
    SELECT s.sid, q.topic, q.part, q.grp
    FROM flow_send AS s
    JOIN queue AS q USING (topic)
    WHERE s.part IS NULL AND q.only
),
item AS (
    SELECT topic, part, grp, false AS sent, label, key, start_ns, trace_id, span_id, NOT unnamed AS known
    FROM reader
    SEMI JOIN queue USING (topic, part, grp)
    WHERE unnamed OR send IS NOT NULL
    UNION ALL
    SELECT
        sending.topic, sending.part, sending.grp, true, l.label, s.key, s.start_ns, s.trace_id, s.span_id,
        named.send IS NOT NULL
    FROM sending
    JOIN flow_send AS s USING (sid)
    JOIN flow_label AS l ON l.node = s.sid
    LEFT JOIN (SELECT DISTINCT grp, send FROM reader) AS named ON named.send = s.sid AND named.grp = sending.grp
),
bounded AS (
    SELECT *, count(CASE WHEN known THEN 1 END) OVER (
        PARTITION BY topic, part, grp, sent ORDER BY start_ns, trace_id, span_id ROWS UNBOUNDED PRECEDING
    ) AS gap
    FROM item
),
stepped AS (
    SELECT
        *,
        start_ns - lag(start_ns) OVER queue > 20_000_000_000 AS silence,
        sent AND NOT lag(sent) OVER queue AS turn
    FROM bounded
    WHERE NOT known
    WINDOW queue AS (PARTITION BY topic, part, grp, gap ORDER BY start_ns, NOT sent, trace_id, span_id)
),
cut AS (
    SELECT
        *,
        count(CASE WHEN silence THEN 1 END) OVER queue AS stretch,
        count(CASE WHEN turn THEN 1 END) OVER queue AS run
    FROM stepped
    WINDOW queue AS (
        PARTITION BY topic, part, grp, gap ORDER BY start_ns, NOT sent, trace_id, span_id ROWS UNBOUNDED PRECEDING
    )
),
placed AS (
    SELECT
        *,
        count(*) FILTER (sent) OVER whole = count(*) FILTER (NOT sent) OVER whole
            AND max(start_ns) OVER whole - min(start_ns) OVER whole <= flow_horizon() AS even,
        count(*) OVER (PARTITION BY topic, part, grp, gap, stretch, run) AS near,
        row_number() OVER (PARTITION BY topic, part, grp, gap, stretch, sent ORDER BY start_ns, trace_id, span_id) AS place,
        row_number() OVER (PARTITION BY topic, part, grp, gap, stretch, run, sent ORDER BY start_ns, trace_id, span_id) AS step
    FROM cut
    WINDOW whole AS (PARTITION BY topic, part, grp, gap, stretch)
),
pair AS (
    SELECT
        a.label,
        s.label AS head,
        s.near = 2 AS alone,
        a.run = s.run AND alone AS prompt,
        bool_and(a.start_ns >= s.start_ns AND coalesce(a.key = s.key, true)) OVER whole AS fits,
        bool_and(prompt) OVER whole AS all_prompt,
        count(*) OVER whole AS n,
        true AS even
    FROM placed AS a
    JOIN placed AS s USING (topic, part, grp, gap, stretch, place)
    WHERE NOT a.sent AND s.sent AND a.even AND s.even
    WINDOW whole AS (PARTITION BY topic, part, grp, gap, stretch)
    UNION ALL
    SELECT a.label, s.label, true, true, coalesce(a.key = s.key, true), true, 1, false
    FROM placed AS a
    JOIN placed AS s USING (topic, part, grp, gap, stretch, run)
    WHERE NOT a.sent AND s.sent AND NOT a.even AND s.near = 2 AND a.start_ns - s.start_ns <= flow_horizon()
),
told AS (
    SELECT
        label,
        head,
        CASE WHEN NOT even THEN 0.5 WHEN all_prompt THEN 0.88 ELSE 0.8 END::DOUBLE AS confidence,
        CASE WHEN even THEN 'in order among ' || n || ' on the partition' ELSE 'sent and read alone on the partition' END AS detail
    FROM pair
    WHERE fits
)
SELECT label, head, 'adjacency' AS method, confidence, detail
FROM told
QUALIFY count(*) OVER (PARTITION BY label) = 1;
