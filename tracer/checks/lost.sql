-- Events that a group passed without handling them, by group and topic. A verdict needs what shows that spans are whole: no
-- sign of sampling, few gaps against the traces in which the group handled others (coverage), and an instance that went on.
-- Where an instance fell silent in the gap its last spans may be unsent: that leaves it open, unless it would have come to
-- the events before its last span, as long as those before waited: then they are likely lost. So it is where the gap is
-- long against those before, and, where no offset is told, when any instance of the group fell silent meanwhile.
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
        any_value(m.after_ns) AS after_ns,
        max(m.queue_ns) AS queue_ns
    FROM missed AS m
    GROUP BY ALL
),
member AS (SELECT DISTINCT "group", instance FROM check_attempt),
end_of_life AS (
    SELECT r."group", r.line, r.run, arg_min({'at': q.from_ns, 'instance': q.instance}, q.from_ns) AS ended
    FROM run AS r
    JOIN member AS m ON m."group" = r."group" AND (m.instance = r.instance OR NOT r.placed)
    JOIN check_quiet AS q ON q.instance = m.instance
    WHERE q.from_ns < r.after_ns
        AND q.from_ns >= CASE WHEN r.placed THEN r.before_ns ELSE least(r.before_ns, r.first_ns) END - 1_000_000_000
        AND coalesce(q.to_ns, r.after_ns) > CASE WHEN r.placed THEN r.before_ns ELSE r.first_ns END
    GROUP BY ALL
),
pace AS (
    -- how far apart a group began events of a topic
    SELECT h."group", e.topic, h.first_ns - lag(h.first_ns) OVER (PARTITION BY h."group", e.topic ORDER BY h.first_ns, e.id) AS apart_ns
    FROM check_handled AS h
    JOIN check_event AS e ON e.id = h.event
    SEMI JOIN run ON run."group" = h."group" AND run.topic = e.topic
),
usual AS (SELECT "group", topic, quantile_disc(apart_ns, 0.5) AS apart_ns FROM pace GROUP BY ALL),
silent AS (
    SELECT
        r.* EXCLUDE (instance),
        coalesce(l.ended.instance, r.instance) AS instance,
        CASE
            WHEN l.ended IS NOT NULL THEN l.ended.at
            WHEN r.after_ns - r.before_ns > greatest(1_000_000_000, 20 * u.apart_ns) THEN r.before_ns
        END AS ended_ns
    FROM run AS r
    LEFT JOIN usual AS u USING ("group", topic)
    LEFT JOIN end_of_life AS l USING ("group", line, run)
),
told AS (SELECT *, last_ns + queue_ns > ended_ns AS open FROM silent),
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
    CASE WHEN c.died AND c.placed THEN 0.7 WHEN c.died THEN 0.6 WHEN NOT c.placed THEN 0.8 ELSE 0.95 END::DOUBLE AS confidence,
    CASE
        WHEN w.sampled THEN 'spans of its service tell of sampling'
        WHEN w.sendless > 0
            THEN w.sendless || ' events came to it whose sends no span tells: spans are missing, by sampling or otherwise'
        WHEN g.runs * CASE WHEN g.died THEN 5 ELSE 20 END > w.traces
            THEN 'too many gaps for the ' || w.traces || ' traces in which it handled others: they may be sampled, or it may filter'
        WHEN g.open THEN c.instance || ' fell silent there, and its last spans may have gone with it'
    END AS doubt
FROM cause AS c
JOIN whole AS w USING ("group")
JOIN gaps AS g USING ("group")
ORDER BY count DESC, topic, "group";
