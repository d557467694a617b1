-- The attempts with their outcome: what left them (dead letter, retry), else whether they failed, else `ok` where their
-- span ended (analysis 1.3; of an attempt that only a receive span tells of this says no more than that nothing speaks
-- against it: its duration is unknown). Each of a batch that may be the one that failed is unknown. How sure that is of an
-- attempt that failed, `outcome_confidence` tells; of others it is null.
-- Out: flow_processing, the columns of the view `processings`.
CREATE OR REPLACE TEMP TABLE flow_processing AS
WITH effect AS (
    SELECT source, target, kind, confidence FROM flow_caused
    UNION ALL
    SELECT source, target, kind, confidence FROM flow_guessed
),
left_by AS (
    SELECT
        source,
        bool_or(kind = 'dead-lettered' AND confidence > 0.5) AS dead_lettered,
        bool_or(kind = 'retried' AND confidence > 0.5) AS retried,
        max(confidence) FILTER (kind = 'dead-lettered') AS dead_letter_sure,
        max(confidence) FILTER (kind = 'retried') AS retry_sure
    FROM effect
    WHERE kind <> 'caused'
    GROUP BY source
),
accounted AS (
    -- the failures under a batch that retries and dead letters account for: those that are likelier of one of its messages
    -- than of none
    SELECT consumer, count(*) AS failures
    FROM (
        SELECT w.consumer, c.target
        FROM flow_work AS w
        JOIN flow_attempt AS a USING (label, grp, root)
        JOIN (
            SELECT source, target, max(confidence) AS confidence FROM effect WHERE kind <> 'caused' GROUP BY ALL
        ) AS c ON c.source = a.id
        GROUP BY ALL
        HAVING sum(c.confidence) > 0.5
    )
    GROUP BY consumer
)
SELECT
    a.label,
    a.id,
    a.event,
    a.grp AS "group",
    a.grp_known AS group_known,
    a.number::INTEGER AS attempt,
    a.service,
    CASE
        WHEN left_by.dead_lettered THEN 'dead-lettered'
        WHEN left_by.retried THEN 'retried'
        WHEN f.certain THEN 'error'
        WHEN left_by.source IS NOT NULL OR f.failures > coalesce(accounted.failures, 0) THEN 'unknown'
        WHEN a.ended THEN 'ok'
        ELSE 'unknown'
    END AS outcome,
    CASE outcome
        WHEN 'dead-lettered' THEN left_by.dead_letter_sure
        WHEN 'retried' THEN left_by.retry_sure
        WHEN 'error' THEN f.sure
    END AS outcome_confidence,
    CASE
        WHEN outcome NOT IN ('ok', 'unknown') AND f.certain THEN flow_error(s.problems, s.status_message, s.error_type)
    END AS error,
    a.started_ns,
    a.queue_ns,
    a.backoff_ns,
    a.duration_ns,
    a.trace_id,
    a.span_id,
    a.instance,
    a.batch_size,
    a.host,
    a.thread,
    -- what a span says of one message; of a batch it is not known of which
    CASE WHEN a.batch_size IS NULL THEN try_cast(a.attempt_told AS INTEGER) END AS attempt_told,
    a.arrived_ns,
    a.batch_ns,
    a.dropped_links
FROM flow_attempt AS a
LEFT JOIN left_by ON left_by.source = a.id
LEFT JOIN flow_failure AS f USING (label, grp, root)
LEFT JOIN accounted ON accounted.consumer = f.consumer
LEFT JOIN flow_span AS s ON s.sid = f.reason;
