-- What tells the messages of one producer apart: coordinates where told; for a batch send without them partition, key
-- and message id. A producer with one mark has one message; with several it sent several, or its context was carried on.
-- Out: flow_claim(producer, mark, coordinates, part, key, message_id, marks, carried).
CREATE OR REPLACE TEMP TABLE flow_claim AS
WITH claim AS (
    SELECT
        o.producer,
        coalesce(
            a.coordinates,
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
    SELECT producer, mark, coordinates, min(part) AS part, min(key) AS key, min(message_id) AS message_id,
        bool_or(batch) AS batch, coalesce(list(DISTINCT reader) FILTER (reader IS NOT NULL), []) AS readers
    FROM claim
    WHERE mark IS NOT NULL
    GROUP BY producer, mark, coordinates
)
SELECT
    * EXCLUDE (batch, readers),
    count(*) OVER producers AS marks,
    count(*) FILTER (coordinates IS NOT NULL) OVER producers AS places,
    -- one reader met several: not one message's single event (analysis 1.2, conflict)
    NOT batch AND len(flatten(list(readers) OVER producers)) > len(list_distinct(flatten(list(readers) OVER producers))) AS disputed
FROM marked
WINDOW producers AS (PARTITION BY producer);
