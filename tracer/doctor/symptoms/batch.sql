-- Attempts that share the span of their handling with others: n messages on one process span, or process spans beside a
-- handler that runs under their poll as a whole.
-- Out: the columns of Seen.
WITH frame AS (
    SELECT DISTINCT hash(work.trace_id, work.parent_span_id) AS under
    FROM spans AS work
    JOIN spans AS poll ON poll.trace_id = work.trace_id AND poll.span_id = work.parent_span_id
    WHERE poll.messaging_operation_type = 'receive'
        AND work.service = poll.service
        AND coalesce(work.messaging_operation_type, 'send') = 'send'
),
attempt AS (
    SELECT
        a.*,
        a.operation = 'process'
            AND (coalesce(a.batch_size > 1, false) OR frame.under IS NOT NULL AND count(*) OVER poll > 1) AS shared,
        e.effects,
        e.guessed
    FROM doctor_attempt AS a
    LEFT JOIN frame USING (under)
    LEFT JOIN (
        SELECT attempt, count(*) AS effects, count(*) FILTER (confidence < 0.9) AS guessed
        FROM doctor_effect
        GROUP BY attempt
    ) AS e ON e.attempt = a.node
    WINDOW poll AS (PARTITION BY a.under)
)
SELECT
    service, scope, version,
    count(*) FILTER (shared) AS count,
    count(*) AS total,
    [
        {'answer': 'duration', 'count': count(*) FILTER (shared), 'total': count(*)},
        {
            'answer': 'effect',
            'count': coalesce(sum(guessed) FILTER (shared), 0)::BIGINT,
            'total': coalesce(sum(effects), 0)::BIGINT
        }
    ] AS effects
FROM attempt
GROUP BY service, scope, version
HAVING count(*) FILTER (shared) > 0;
