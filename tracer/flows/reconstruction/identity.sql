-- Which nodes (sends by sid, arrivals by aid) are the same message: nodes that share a key. Each rule adds its keys.
-- coordinates: the place told by the span, or the only place of its producer's messages that fits.
-- producer: a send and the arrivals that came from it, while nothing shows that it sent several messages.
-- frame: a consumer span that names neither is about the message of the nearest consumer span above it.
-- Out: flow_identity(node, key).
CREATE OR REPLACE TEMP TABLE flow_identity AS
WITH placed AS (
    SELECT a.aid, o.producer, a.coordinates, coalesce(any_value(c.marks), 0) AS marks,
        CASE WHEN count(c.coordinates) = 1 THEN any_value(c.coordinates) END AS only_place,
        concat_ws('|', '', a.part, a.key, a.message_id) AS mark
    FROM flow_arrival AS a
    JOIN flow_origin AS o USING (aid)
    LEFT JOIN flow_claim AS c
        ON c.producer = o.producer
        AND coalesce(c.part = a.part, true)
        AND coalesce(c.key = a.key, true)
        AND coalesce(c.message_id = a.message_id, true)
        AND (a.coordinates IS NULL OR c.coordinates = a.coordinates)
    GROUP BY ALL
),
many AS (SELECT DISTINCT producer FROM flow_claim WHERE marks > 1),
frame AS (
    SELECT inner_arrival.aid, outer_arrival.aid AS outer_aid
    FROM flow_arrival AS inner_arrival
    JOIN flow_nearest AS n USING (sid)
    JOIN flow_arrival AS outer_arrival ON outer_arrival.sid = n.consumer
    WHERE inner_arrival.service IS NOT DISTINCT FROM outer_arrival.service
        AND NOT outer_arrival.is_batch
        AND NOT inner_arrival.is_batch
        AND coalesce(inner_arrival.topic = outer_arrival.topic, true)
        AND coalesce(inner_arrival.part = outer_arrival.part, true)
        AND coalesce(inner_arrival.off = outer_arrival.off, true)
        AND (
            inner_arrival.coordinates IS NULL AND inner_arrival.aid NOT IN (SELECT aid FROM flow_origin)
            OR outer_arrival.coordinates IS NULL AND outer_arrival.aid NOT IN (SELECT aid FROM flow_origin)
        )
    QUALIFY count(DISTINCT inner_arrival.coordinates) OVER (PARTITION BY outer_arrival.aid) <= 1
)
SELECT aid AS node, coordinates AS key FROM flow_arrival WHERE coordinates IS NOT NULL
UNION ALL
SELECT sid, coordinates FROM flow_send WHERE coordinates IS NOT NULL
UNION ALL
SELECT aid, only_place FROM placed WHERE coordinates IS NULL AND only_place IS NOT NULL
UNION ALL
SELECT
    aid,
    CASE WHEN producer IN (FROM many) THEN producer || mark ELSE producer END
FROM placed
WHERE producer NOT IN (FROM many) OR coordinates IS NULL AND only_place IS NULL
UNION ALL
SELECT sid, 's' || sid FROM flow_send WHERE 's' || sid NOT IN (FROM many)
UNION ALL
SELECT outer_aid, 'f' || outer_aid FROM frame
UNION ALL
SELECT aid, 'f' || outer_aid FROM frame;
