-- Events that a group passed without handling them, by group and topic. A verdict needs what shows that spans are whole: no
-- sign of sampling, few gaps against the traces in which the group handled others (coverage), and an instance that went on. Where the instance
-- ended in the gap its last spans may have gone with it; but of spans that were kept to the end, none is behind the last
-- one: events that were sent after it leave that open, those sent before it are likely lost.
-- Out: the columns of Found, died, instance.
WITH refused AS (
    -- a send that failed put nothing on the broker
    SELECT p.event
    FROM (SELECT DISTINCT event FROM check_passed) AS p
    JOIN check_event AS e ON e.id = p.event
    JOIN spans AS s ON s.trace_id = e.trace_id AND s.span_id = e.span_id
    WHERE s.status = 'error'
),
missed AS (
    SELECT p.*
    FROM check_passed AS p
    JOIN check_scope AS s ON p.produced_ns BETWEEN s.since_ns AND s.until_ns
    WHERE p.event NOT IN (FROM refused) AND p.after_ns < s.now_ns - check_grace()
),
run AS (
    SELECT
        m."group", m.topic, m.line, m.run,
        any_value(m.before_instance) AS instance,
        any_value(m.placed) AS placed,
        list(m.event ORDER BY m.pos, m.event) AS events,
        count(*) AS count,
        min(m.produced_ns) AS first_ns,
        max(m.produced_ns) AS last_ns,
        any_value(m.before_ns) AS before_ns,
        any_value(m.after_ns) AS after_ns
    FROM missed AS m
    GROUP BY ALL
),
end_of_life AS (
    SELECT r."group", r.line, r.run, min(q.from_ns) AS ended_ns
    FROM run AS r
    JOIN check_quiet AS q ON q.instance = r.instance
    WHERE q.from_ns >= r.before_ns - 1_000_000_000 AND q.from_ns < r.after_ns AND coalesce(q.to_ns, r.after_ns) > r.before_ns
    GROUP BY ALL
),
told AS (
    SELECT r.*, l.ended_ns, r.last_ns > l.ended_ns AS open
    FROM run AS r
    LEFT JOIN end_of_life AS l USING ("group", line, run)
),
cause AS (
    SELECT
        t."group",
        t.topic,
        count(*) AS runs,
        sum(t.count)::BIGINT AS count,
        min(t.first_ns) AS first_ns,
        max(t.last_ns) AS last_ns,
        flatten(list(t.events ORDER BY t.first_ns, t.line)) AS evidence,
        bool_or(t.ended_ns IS NOT NULL) AS died,
        bool_or(coalesce(t.open, false)) AS open,
        bool_and(t.placed) AS placed,
        arg_min(t.instance, (t.first_ns, t.line)) AS instance
    FROM told AS t
    GROUP BY ALL
),
whole AS (
    SELECT
        r."group",
        sum(r.traces) AS traces,
        sum(g.sendless) AS sendless,
        bool_or(r.service IN (FROM check_sampled)) AS sampled
    FROM check_reader AS r
    JOIN check_sign AS g USING (topic)
    GROUP BY ALL
),
gaps AS (
    -- a sampler does not choose the moment at which an instance ended: there fewer others are enough
    SELECT "group", sum(runs) AS runs, bool_or(open) AS open, bool_and(died) AS died FROM cause GROUP BY ALL
)
SELECT
    c."group" AS subject,
    c.* EXCLUDE (runs, open, placed),
    CASE WHEN c.died THEN 0.7 WHEN NOT c.placed THEN 0.8 ELSE 0.95 END::DOUBLE AS confidence,
    CASE
        WHEN w.sampled THEN 'spans of its service tell of sampling'
        WHEN w.sendless > 0
            THEN w.sendless || ' events came to it whose sends no span tells: spans are missing, by sampling or otherwise'
        WHEN g.runs * CASE WHEN g.died THEN 5 ELSE 20 END > w.traces
            THEN 'too many gaps for the ' || w.traces || ' traces in which it handled others: they may be sampled, or it may filter'
        WHEN g.open THEN c.instance || ' ended there, and its last spans may have gone with it'
    END AS doubt
FROM cause AS c
JOIN whole AS w USING ("group")
JOIN gaps AS g USING ("group")
ORDER BY count DESC, topic, "group";
