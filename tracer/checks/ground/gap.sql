-- What a group passed without handling it, by topic and reason, and whether an instance of it fell silent then (`ended`): its last
-- spans may be unsent. That leaves it open, unless it showed spans after the event before the gap and would have come to the
-- events before its last, as those before waited, and nothing shows it at work on something whose own span never came. So it
-- is where the gap is long against those before, and, where no offset is told, when any instance of the group fell silent
-- meanwhile. An instance that is often idle (`idle`) may have ended unseen.
-- Out: check_gap(group, topic, reason, runs, amid (of them, where no instance ended), sent_in (traces, of those), times (ten seconds
-- apart), count, first_ns, last_ns, evidence, died, ended, idle, open, placed, stale (most are), instance).
CREATE OR REPLACE TEMP TABLE check_gap AS
WITH member AS (SELECT DISTINCT "group", instance FROM check_attempt),
end_of_life AS (
    SELECT
        r."group", r.line, r.run,
        arg_min({'at': q.from_ns, 'instance': q.instance}, q.from_ns) FILTER (NOT q.usual) AS ended,
        count(*) FILTER (NOT q.usual) AS ends,
        bool_or(q.usual AND q.from_ns <= r.last_ns + r.queue_ns + 1_000_000_000 AND q.to_ns > r.first_ns + 1_000_000_000) AS idle
    FROM check_run AS r
    JOIN member AS m ON m."group" = r."group" AND (m.instance = r.instance OR NOT r.placed)
    JOIN check_quiet AS q ON q.instance = m.instance
    WHERE q.from_ns < r.after_ns
        AND q.from_ns >= CASE WHEN r.placed THEN r.before_ns ELSE least(r.before_ns, r.first_ns) END - 1_000_000_000
        AND coalesce(q.to_ns, r.after_ns) > CASE WHEN r.placed THEN r.before_ns ELSE r.first_ns END
    GROUP BY ALL
),
last_minute AS MATERIALIZED (
    SELECT DISTINCT s.trace_id, s.span_id, s.parent_span_id, s.entry, s.instance, s.start_ns
    FROM (SELECT DISTINCT ended.instance AS instance, ended.at AS at FROM end_of_life WHERE ended IS NOT NULL) AS e
    JOIN check_span AS s ON s.instance = e.instance AND s.start_ns BETWEEN e.at - 60_000_000_000 AND e.at
),
cut AS (
    -- where it was at work on something then: spans whose parent never came
    SELECT l."group", l.line, l.run
    FROM last_minute AS s
    ANTI JOIN last_minute AS parent ON parent.trace_id = s.trace_id AND parent.span_id = s.parent_span_id
    JOIN end_of_life AS l ON l.ended.instance = s.instance
    JOIN check_run AS r ON r."group" = l."group" AND r.line = l.line AND r.run = l.run
    WHERE s.parent_span_id IS NOT NULL
        AND NOT s.entry
        AND s.start_ns BETWEEN greatest(r.before_ns, l.ended.at - 10_000_000_000) AND l.ended.at
    GROUP BY ALL
),
pace AS (
    -- how far apart a group began events of a line
    SELECT h."group", r.line, h.first_ns - lag(h.first_ns) OVER (PARTITION BY h."group", r.line ORDER BY h.first_ns, h.event) AS apart_ns
    FROM check_handled AS h
    JOIN (SELECT DISTINCT "group", topic, line FROM check_run WHERE NOT placed) AS r USING ("group", topic)
    UNION ALL
    SELECT h."group", r.line, h.first_ns - lag(h.first_ns) OVER (PARTITION BY h."group", r.line ORDER BY h.first_ns, h.event)
    FROM check_handled AS h
    JOIN (SELECT DISTINCT "group", line FROM check_run WHERE placed) AS r ON r."group" = h."group" AND r.line = h.lane
),
usual AS (SELECT "group", line, quantile_disc(apart_ns, 0.5) AS apart_ns FROM pace GROUP BY ALL),
silent AS (
    SELECT
        r.* EXCLUDE (instance),
        coalesce(l.ended.instance, r.instance) AS instance,
        l.ended IS NOT NULL AS died,
        coalesce(l.ends, 0) AS ends,
        coalesce(l.idle, false) AS idle,
        c.run IS NOT NULL AS cut,
        CASE
            WHEN l.ended IS NOT NULL THEN l.ended.at
            WHEN r.after_ns - r.before_ns > greatest(1_000_000_000, 20 * u.apart_ns) THEN r.before_ns
        END AS ended_ns
    FROM check_run AS r
    LEFT JOIN usual AS u USING ("group", line)
    LEFT JOIN end_of_life AS l USING ("group", line, run)
    LEFT JOIN cut AS c USING ("group", line, run)
),
told AS (
    -- what it did between two ends is not known, nor how long it needed where it handled none shortly before
    SELECT
        *,
        ended_ns IS NOT NULL
            AND (cut OR ends > 1 OR queue_ns IS NULL OR greatest(last_ns + queue_ns, before_ns + 1_000_000) > ended_ns) AS open
    FROM silent
)
SELECT
    t."group",
    t.topic,
    t.reason,
    count(*) AS runs,
    count(*) FILTER (t.ended_ns IS NULL) AS amid,
    sum(t.sent_in) FILTER (t.ended_ns IS NULL) AS sent_in,
    count(DISTINCT t.first_ns // 10_000_000_000) AS times,
    sum(t.count)::BIGINT AS count,
    min(t.first_ns) AS first_ns,
    max(t.last_ns) AS last_ns,
    flatten(list(t.events ORDER BY t.first_ns, t.line)) AS evidence,
    bool_or(t.died) AS died,
    bool_or(t.ended_ns IS NOT NULL) AS ended,
    bool_or(t.idle) AS idle,
    bool_or(t.open) AS open,
    bool_and(t.placed) AS placed,
    sum(t.stale) * 2 > sum(t.count) AS stale,
    arg_min(t.instance, (t.first_ns, t.line)) AS instance
FROM told AS t
GROUP BY ALL;
