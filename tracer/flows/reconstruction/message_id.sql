-- Message ids (method `message-id`): messages that no proof unified, of one system and place (of one system where consumers
-- name another place than producers) with the same id. Not where anything contradicts: a second send or context, other
-- coordinates, another partition or key, a second id. The one whose send is known is the head, else that of known place.
-- Out: flow_join(label, head, method, confidence, detail).
CREATE OR REPLACE TEMP TABLE flow_join AS
WITH node AS (
    SELECT
        l.label, a.system, CASE WHEN a.moved OR NOT flow_names_differ(a.system) THEN a.topic ELSE '' END AS scope,
        a.message_id, a.coordinates, a.part, a.key, o.producer, a.start_ns, a.trace_id, a.span_id
    FROM flow_arrival AS a
    JOIN flow_label AS l ON l.node = a.aid
    LEFT JOIN flow_origin AS o USING (aid)
    UNION ALL
    SELECT
        l.label, s.system, CASE WHEN flow_names_differ(s.system) THEN '' ELSE s.topic END,
        s.message_id, s.coordinates, s.part, s.key, 's' || s.sid, s.start_ns, s.trace_id, s.span_id
    FROM flow_send AS s
    JOIN flow_label AS l ON l.node = s.sid
),
told AS (
    SELECT DISTINCT label, system, scope, message_id
    FROM node
    WHERE flow_id_tells(system, message_id) AND scope IS NOT NULL
),
alike AS (
    FROM (FROM told QUALIFY count(*) OVER (PARTITION BY label) = 1)
    QUALIFY count(*) OVER (PARTITION BY system, scope, message_id) > 1
),
message AS (
    SELECT
        alike.label,
        alike.system,
        alike.scope,
        alike.message_id,
        list(DISTINCT n.coordinates) FILTER (n.coordinates IS NOT NULL) AS coordinates,
        list(DISTINCT n.part) FILTER (n.part IS NOT NULL) AS part,
        list(DISTINCT n.key) FILTER (n.key IS NOT NULL) AS key,
        list(DISTINCT n.producer) FILTER (n.producer IS NOT NULL) AS producer,
        min({'start_ns': n.start_ns, 'trace_id': n.trace_id, 'span_id': n.span_id}) AS first_span
    FROM alike
    JOIN node AS n USING (label)
    GROUP BY ALL
),
agreed AS (
    SELECT system, scope, message_id
    FROM message
    GROUP BY ALL
    HAVING len(list_distinct(flatten(list(coordinates)))) <= 1
        AND len(list_distinct(flatten(list(part)))) <= 1
        AND len(list_distinct(flatten(list(key)))) <= 1
        AND len(list_distinct(flatten(list(producer)))) <= 1
),
headed AS (
    SELECT
        label,
        first_value(label) OVER (
            PARTITION BY system, scope, message_id ORDER BY producer IS NULL, coordinates IS NULL, first_span
        ) AS head,
        message_id,
        producer IS NULL AND coordinates IS NULL AS nothing_else
    FROM message
    SEMI JOIN agreed USING (system, scope, message_id)
)
SELECT label, head, 'message-id' AS method, 0.9::DOUBLE AS confidence, 'id ' || message_id AS detail
FROM headed
WHERE label <> head OR nothing_else;
