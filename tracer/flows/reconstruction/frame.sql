-- Two spans of one delivery above one another, of two layers, where one tells the place of the message and the other its context: each
-- alone would be a message of its own. What the other has is taken over. Several places below one span are several messages.
-- Out: flow_frame(aid, system, cluster, topic, part, off, coordinates), the places of arrivals that tell none.
CREATE OR REPLACE TEMP TABLE flow_frame AS
WITH pair AS (
    SELECT
        inside.aid AS inner_aid,
        above.aid AS outer_aid,
        inside.coordinates AS inner_place,
        above.coordinates AS outer_place,
        inside.by_parent OR inside.sid IN (SELECT sid FROM flow_link) AS inner_names,
        above.by_parent OR above.sid IN (SELECT sid FROM flow_link) AS outer_names
    FROM flow_arrival AS inside
    JOIN flow_nearest AS n USING (sid)
    JOIN flow_arrival AS above ON above.sid = n.consumer
    WHERE inside.service IS NOT DISTINCT FROM above.service
        AND NOT above.is_batch
        AND NOT inside.is_batch
        AND (inside.coordinates IS NULL) <> (above.coordinates IS NULL)
        AND coalesce(inside.topic = above.topic, true)
        AND coalesce(inside.part = above.part, true)
        AND coalesce(inside.key = above.key, true)
        AND coalesce(inside.message_id = above.message_id, true)
),
taken AS (
    SELECT outer_aid AS aid, min(inner_aid) AS source
    FROM pair
    WHERE outer_place IS NULL AND outer_names AND NOT inner_names
    GROUP BY outer_aid
    HAVING count(DISTINCT inner_place) = 1
    UNION ALL
    SELECT min(inner_aid), outer_aid
    FROM pair
    WHERE inner_place IS NULL AND inner_names AND NOT outer_names
    GROUP BY outer_aid
    HAVING count(*) = 1
)
SELECT t.aid, a.system, a.cluster, a.cluster_sure, a.topic, a.part, a.off, a.coordinates
FROM taken AS t
JOIN flow_arrival AS a ON a.aid = t.source;
