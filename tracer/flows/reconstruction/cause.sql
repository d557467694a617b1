-- Evidence of parents and links that an attempt caused an event (analysis 1.4): the event's send span is under the
-- attempt's span, or links it, or links the send of the event that was handled. Of a batch each message is a possible
-- cause, unless the key tells: where all of them are known, those with the send's key, or whose key nobody tells. A batch
-- of thousands with thousands of sends is joined by key, never each with each. `sid` is the span that tells.
-- Out: flow_cause(effect, label, grp, root, method, sure, sid, detail).
CREATE OR REPLACE TEMP TABLE flow_cause AS
WITH told AS (
    SELECT e.label AS effect, e.key, n.consumer, 'parent' AS method, e.sure, e.doubt, e.send AS sid
    FROM flow_event AS e
    JOIN flow_nearest AS n ON n.sid = e.send
    UNION ALL
    SELECT e.label, e.key, l.target, 'link', e.sure, e.doubt, e.send
    FROM flow_event AS e
    JOIN flow_link AS l ON l.sid = e.send AND l.target_operation IN ('receive', 'process')
),
shared AS (
    SELECT w.consumer, w.label, w.grp, w.root, w.n, a.key
    FROM flow_work AS w
    JOIN flow_attempt AS a USING (label, grp, root)
    WHERE w.n > 1 AND w.n = w.seen
),
fit AS (SELECT consumer, key, count(*) AS fits FROM shared WHERE key IS NOT NULL GROUP BY ALL),
blank AS (SELECT consumer, count(*) AS blanks FROM shared WHERE key IS NULL GROUP BY ALL),
keyed AS (
    SELECT told.*, fits, coalesce(blanks, 0) AS blanks
    FROM told
    JOIN fit USING (consumer, key)
    LEFT JOIN blank USING (consumer)
),
read_before AS (
    -- the send links the message that was handled: the last attempt of its own service that had begun
    SELECT e.label AS effect, a.label, a.grp, a.root, e.sure, e.send AS sid, e.doubt
    FROM flow_event AS e
    JOIN flow_send AS s ON s.sid = e.send
    JOIN flow_link AS l ON l.sid = e.send AND l.target_operation IN ('send', 'create')
    JOIN flow_event AS handled ON handled.send = l.target
    JOIN flow_attempt AS a ON a.label = handled.label
    WHERE a.service IS NOT DISTINCT FROM s.service AND a.started_ns <= s.start_ns AND a.label <> e.label
    QUALIFY row_number() OVER (PARTITION BY e.label, a.label, a.grp ORDER BY a.number DESC) = 1
),
evidence AS (
    SELECT
        t.effect, w.label, w.grp, w.root, t.method, t.sure / w.n AS sure, t.sid, t.doubt,
        CASE WHEN w.n > 1 THEN '1 of ' || w.n || ' in the batch' END AS share
    FROM told AS t
    ANTI JOIN keyed AS k ON k.effect = t.effect AND k.consumer = t.consumer
    JOIN flow_work AS w ON w.consumer = t.consumer
    UNION ALL
    SELECT
        k.effect, s.label, s.grp, s.root, k.method,
        k.sure * CASE WHEN fits = 1 AND blanks = 0 THEN 0.9 ELSE 1.0 / (fits + blanks) END, k.sid, k.doubt,
        CASE
            WHEN blanks = 0 THEN 'the key fits ' || fits || ' of ' || s.n || ' in the batch'
            ELSE '1 of ' || s.n || ' in the batch'
        END
    FROM keyed AS k
    JOIN shared AS s ON s.consumer = k.consumer AND s.key = k.key
    UNION ALL
    SELECT
        k.effect, s.label, s.grp, s.root, k.method,
        k.sure / (fits + blanks), k.sid, k.doubt, '1 of ' || s.n || ' in the batch'
    FROM keyed AS k
    JOIN shared AS s ON s.consumer = k.consumer AND s.key IS NULL
    WHERE blanks > 0
    UNION ALL
    SELECT effect, label, grp, root, 'link', 0.9 * sure, sid, doubt, NULL
    FROM read_before
)
SELECT effect, label, grp, root, method, sure::DOUBLE AS sure, sid, nullif(concat_ws(', ', share, doubt), '') AS detail
FROM evidence;
