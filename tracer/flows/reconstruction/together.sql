-- Process spans of a poll that stand for one handling of all its messages: they lie in the poll's time and in each other's, nothing is
-- under any of them, and what the handler does is beside them, or they end as good as together (kafkajs: eachBatch).
-- Messages that are handled at the same time, each for itself, have their work under them, or end apart.
-- Out: flow_together(sid, messages).
CREATE OR REPLACE TEMP TABLE flow_together AS
WITH side AS (
    SELECT
        t.parent,
        child.sid,
        child.operation = 'process' AS processes,
        coalesce(child.operation NOT IN ('receive', 'process'), true) AS works,
        child.start_ns,
        child.end_ns,
        poll.batch_count
    FROM flow_tree AS t
    JOIN flow_span AS child ON child.sid = t.sid
    JOIN flow_span AS poll ON poll.sid = t.parent
    WHERE t.consumer
        AND poll.operation = 'receive'
        AND child.service IS NOT DISTINCT FROM poll.service
        AND child.start_ns >= poll.start_ns
        AND child.end_ns <= poll.end_ns
),
poll AS (
    SELECT
        parent,
        greatest(count(*) FILTER (processes), coalesce(max(batch_count), 0)) AS messages
    FROM side
    GROUP BY parent
    HAVING count(*) FILTER (processes) > 1
        AND max(start_ns) FILTER (processes) < min(end_ns) FILTER (processes)
        AND (
            bool_or(works)
            OR max(end_ns) FILTER (processes) - min(end_ns) FILTER (processes)
                <= 0.05 * (max(end_ns) FILTER (processes) - min(start_ns) FILTER (processes))
        )
),
above AS (
    SELECT DISTINCT side.parent
    FROM side
    JOIN flow_tree AS t ON t.parent = side.sid
    WHERE side.processes
)
SELECT side.sid, poll.messages
FROM side
JOIN poll USING (parent)
ANTI JOIN above USING (parent)
WHERE side.processes;
