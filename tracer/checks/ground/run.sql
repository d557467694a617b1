-- Events in a row that a group passed without handling them (`check_passed`), and that it had time to handle. `reason`: why it may be
-- that nobody got them, though several groups passed them or offsets are told of no event: they were aborted, or not kept by
-- the broker. `stale`: those that had another of their key behind them before the group came there: the topic may be compacted.
-- Out: check_run(group, topic, line, run, reason, instance (the last before), placed, events, count, sent_in (traces), stale, first_ns,
-- last_ns, before_ns, after_ns, queue_ns).
CREATE OR REPLACE TEMP TABLE check_run AS
WITH refused AS (
    -- a send that failed put nothing on the broker
    SELECT p.event
    FROM (SELECT DISTINCT event FROM check_passed) AS p
    JOIN check_event AS e ON e.id = p.event
    JOIN (SELECT trace_id, span_id, start_ns FROM check_span WHERE failed) AS s
        ON s.start_ns = e.produced_ns AND s.trace_id = e.trace_id AND s.span_id = e.span_id
),
missed AS (
    SELECT p.*, p.event NOT IN (SELECT event FROM check_handled SEMI JOIN check_passed USING (event)) AS nowhere
    FROM check_passed AS p
    JOIN check_scope AS s ON p.produced_ns BETWEEN s.since_ns AND s.until_ns
    WHERE p.event NOT IN (FROM refused) AND p.after_ns < s.now_ns - check_grace()
),
hole AS (
    -- topics with more offsets that are told of no event than there are events whose offset is not told: transactions
    -- leave marks there, compaction takes records away
    SELECT topic
    FROM (
        SELECT topic, max(off) - min(off) + 1 - count(DISTINCT off) AS holes, count(*) FILTER (lane IS NULL) AS unplaced
        FROM check_event
        SEMI JOIN (SELECT topic FROM missed WHERE nowhere) USING (topic)
        GROUP BY topic, lane
    )
    GROUP BY topic
    HAVING sum(holes) > sum(unplaced)
),
nobody AS (
    SELECT
        n.event,
        CASE
            WHEN n.groups > 1 THEN 'no other group got them either: they were in an aborted transaction, or the broker lost them'
            WHEN n.topic IN (FROM hole)
                THEN 'nobody got them, and no span tells of other offsets of the topic: it is written in transactions, or compacted'
        END AS reason
    FROM (SELECT event, topic, count(DISTINCT "group") AS groups FROM missed WHERE nowhere GROUP BY event, topic) AS n
),
keyed AS (SELECT id, topic, key, trace_id FROM check_event WHERE id IN (SELECT event FROM missed)),
later AS (
    SELECT id, lead(produced_ns) OVER (PARTITION BY topic, key ORDER BY produced_ns, id) AS next_ns
    FROM check_event
    SEMI JOIN keyed USING (topic, key)
),
weighed AS (
    -- the group was late already, or came there later than a log cleaner waits by default (`log.cleaner.backoff.ms`, 15 s). Where
    -- no key is told, only the former by as much tells of it
    SELECT
        m.*,
        coalesce(k.trace_id, m.event) AS sent_in,
        n.reason,
        CASE
            WHEN k.key IS NULL THEN m.queue_ns > 15_000_000_000
            WHEN m.queue_ns > 2_000_000_000 OR m.after_ns > m.produced_ns + 15_000_000_000 THEN coalesce(l.next_ns < m.after_ns, false)
            ELSE false
        END AS stale
    FROM missed AS m
    JOIN keyed AS k ON k.id = m.event
    LEFT JOIN later AS l ON l.id = m.event
    LEFT JOIN nobody AS n ON n.event = m.event
)
SELECT
    m."group", m.topic, m.line, m.run, m.reason,
    any_value(m.before_instance) AS instance,
    any_value(m.placed) AS placed,
    list(m.event ORDER BY m.pos, m.event) AS events,
    count(*) AS count,
    count(DISTINCT m.sent_in) AS sent_in,
    count(*) FILTER (m.stale) AS stale,
    min(m.produced_ns) AS first_ns,
    max(m.produced_ns) AS last_ns,
    any_value(m.before_ns) AS before_ns,
    any_value(m.after_ns) AS after_ns,
    max(m.queue_ns) AS queue_ns
FROM weighed AS m
GROUP BY ALL;
