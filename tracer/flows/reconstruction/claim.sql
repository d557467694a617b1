-- What tells the messages of one producer apart: coordinates where told, else the message id where its system tells
-- messages by it, else for a batch send partition, key and message id. A producer with one mark has one message; with
-- several it sent several, or its context was carried on. `disputed`: one reader met several coordinates of what is no
-- batch, so that one at most is that send's (analysis 1.2, conflict).
-- Out: flow_claim(producer, mark, coordinates, part, key, message_id, marks, disputed).
CREATE OR REPLACE TEMP TABLE flow_claim AS
WITH claim AS (
    SELECT
        o.producer,
        coalesce(
            a.coordinates,
            CASE WHEN a.system <> 'kafka' AND flow_id_tells(a.system, a.message_id) THEN 'm' || a.message_id END,
            CASE WHEN s.batch_count > 1 THEN concat_ws('|', '', a.part, a.key, a.message_id) END
        ) AS mark,
        a.coordinates,
        a.part,
        a.key,
        a.message_id,
        coalesce(s.batch_count, 1) > 1 AS batch,
        coalesce(a.grp, a.service) AS reader
    FROM flow_origin AS o
    JOIN flow_arrival AS a USING (aid)
    LEFT JOIN flow_send AS s ON s.sid = o.send
    UNION ALL
    SELECT 's' || sid, coordinates, coordinates, part, key, message_id, coalesce(batch_count, 1) > 1, NULL
    FROM flow_send
    WHERE coordinates IS NOT NULL
),
marked AS (
    SELECT producer, mark, coordinates, min(part) AS part, min(key) AS key, min(message_id) AS message_id
    FROM claim
    WHERE mark IS NOT NULL
    GROUP BY producer, mark, coordinates
),
contested AS (
    SELECT DISTINCT producer
    FROM (
        SELECT producer, reader
        FROM claim
        WHERE coordinates IS NOT NULL AND reader IS NOT NULL AND NOT batch
        GROUP BY producer, reader
        HAVING count(DISTINCT coordinates) > 1
    )
)
SELECT
    *,
    count(*) OVER (PARTITION BY producer) AS marks,
    producer IN (FROM contested) AS disputed
FROM marked;
