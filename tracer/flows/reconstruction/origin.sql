-- The one send that each arrival's message came from: of the contexts that it names, a send of the same topic (or the
-- topic is told on one side only) whose coordinates do not say otherwise. Old contexts that were carried along fall out
-- here; one whose span is not in the store falls out where the record was moved, and others name it in another topic, or
-- nothing else tells two such records apart. Among several the one that tells the same coordinates, then the latest.
-- `producer` names the send or the context.
-- Out: flow_origin(aid, producer, send, ref_trace, ref_span, methods).
CREATE OR REPLACE TEMP TABLE flow_origin AS
WITH elsewhere AS (
    SELECT DISTINCT r.ref_trace, r.ref_span
    FROM flow_reference AS r
    JOIN flow_arrival AS a USING (aid)
    WHERE r.send IS NULL AND NOT a.moved
),
named AS (
    SELECT r.ref_trace, r.ref_span, min(a.topic) AS topic
    FROM flow_reference AS r
    JOIN flow_arrival AS a USING (aid)
    WHERE r.send IS NULL
    GROUP BY ALL
    HAVING count(DISTINCT a.topic) = 1
),
candidate AS (
    SELECT
        r.*,
        CASE
            WHEN r.send IS NOT NULL THEN 's' || r.send
            -- whoever tells no topic, or the queue of his own, read the one message of the context
            ELSE 'u' || r.ref_trace || r.ref_span || '/' || coalesce(
                CASE WHEN a.moved OR NOT flow_names_differ(a.system) THEN coalesce(a.topic, named.topic) END, ''
            )
        END AS producer,
        s.coordinates IS NOT NULL AND s.coordinates = a.coordinates AS same_coordinates,
        s.start_ns
    FROM flow_reference AS r
    JOIN flow_arrival AS a USING (aid)
    LEFT JOIN flow_send AS s ON s.sid = r.send
    LEFT JOIN named ON named.ref_trace = r.ref_trace AND named.ref_span = r.ref_span
    WHERE r.send IS NULL
        AND NOT (
            a.moved
            AND (
                a.coordinates IS NULL AND NOT flow_id_tells(a.system, a.message_id)
                OR (r.ref_trace, r.ref_span) IN (FROM elsewhere)
            )
        )
        OR s.sid IS NOT NULL
        AND (coalesce(s.system = a.system, true) OR s.system = 'aws.sns' AND a.system = 'aws_sqs')
        AND (coalesce(s.topic = a.topic, true) OR flow_names_differ(s.system) AND NOT a.moved)
        AND coalesce(s.part = a.part, true)
        AND coalesce(s.off = a.off, true)
        AND coalesce(s.cluster = a.cluster OR s.cluster_sure < 1 OR a.cluster_sure < 1, true)
        -- equal in all but a cluster that one side does not tell
        AND (coalesce(s.coordinates = a.coordinates, true) OR coalesce(s.off = a.off, false))
)
SELECT
    aid,
    producer,
    send,
    ref_trace,
    ref_span,
    list_sort(list(DISTINCT method), 'DESC') AS methods
FROM candidate
GROUP BY aid, producer, send, ref_trace, ref_span
QUALIFY row_number() OVER (
    PARTITION BY aid
    ORDER BY bool_or(same_coordinates) DESC, (send IS NOT NULL) DESC, max(start_ns) DESC NULLS LAST, ref_trace, ref_span
) = 1;
