-- Which nodes (sends by sid, arrivals by aid) are the same message: nodes that share a key. Each rule adds its keys.
-- coordinates: the place told by the span, or the only place of its producer's messages that fits.
-- producer: a send and the arrivals that came from it, while nothing shows that it sent several messages.
-- frame: a consumer span that names neither is about the message of the nearest consumer span above it.
-- Out: flow_identity(node, key).
CREATE OR REPLACE TEMP TABLE flow_identity AS
WITH only_place AS (
    -- an inner join: with conditions like these DuckDB 1.5.5 runs an outer one as nested loops (100 s at a million spans)
    SELECT a.aid, CASE WHEN count(*) = 1 THEN min(c.coordinates) END AS coordinates
    FROM flow_arrival AS a
    JOIN flow_origin AS o USING (aid)
    JOIN flow_claim AS c ON c.producer = o.producer
    WHERE a.coordinates IS NULL
        AND c.coordinates IS NOT NULL
        AND coalesce(c.part = a.part, true)
        AND coalesce(c.key = a.key, true)
        AND coalesce(c.message_id = a.message_id, true)
    GROUP BY a.aid
),
placed AS (
    SELECT
        a.aid,
        o.producer,
        coalesce(a.coordinates, only_place.coordinates) AS coordinates,
        concat_ws('|', '', a.part, a.key, a.message_id) AS mark
    FROM flow_arrival AS a
    JOIN flow_origin AS o USING (aid)
    LEFT JOIN only_place USING (aid)
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
SELECT aid, coordinates FROM only_place WHERE coordinates IS NOT NULL
UNION ALL
SELECT
    aid,
    CASE WHEN producer IN (FROM many) THEN producer || mark ELSE producer END
FROM placed
WHERE producer NOT IN (FROM many) OR coordinates IS NULL
UNION ALL
SELECT sid, 's' || sid FROM flow_send WHERE 's' || sid NOT IN (FROM many)
UNION ALL
SELECT outer_aid, 'f' || outer_aid FROM frame
UNION ALL
SELECT aid, 'f' || outer_aid FROM frame;
