-- What was sent on (method `headers`): an arrival whose send nobody tells, but whose record carries the context of an
-- earlier event, or headers with its place (flow_sent_on); and a send that no arrival names, made in the handling of that
-- event or of what descends from it. In one topic they are the same messages one by one, where there are as many of both, each arrival
-- comes after its send and before the next, and neither partition nor key differ.
-- A handling of several messages does not tell of which its sends are: it is left out.
-- Out: flow_join(label, head, method, confidence, detail): the arrival's message, the send's.
CREATE OR REPLACE TEMP TABLE flow_join AS
WITH carried AS (
    SELECT l.label, 'c' || c.ref_trace || c.ref_span AS ancestor
    FROM flow_carried AS c
    JOIN flow_label AS l ON l.node = c.aid
    UNION
    SELECT l.label, flow_coordinates(home, h.cluster, h.origin_topic, h.origin_part, h.origin_off)
    FROM flow_headed AS h
    JOIN flow_arrival AS a USING (sid)
    JOIN flow_label AS l ON l.node = a.aid
    CROSS JOIN flow_home
    WHERE h.origin_part IS NOT NULL AND h.origin_off IS NOT NULL
),
message AS (
    SELECT
        l.label, false AS sent, a.cluster, a.topic, a.part, a.key, a.coordinates, a.start_ns, a.trace_id, a.span_id,
        o.send IS NOT NULL AS named
    FROM flow_arrival AS a
    JOIN flow_label AS l ON l.node = a.aid
    LEFT JOIN flow_origin AS o USING (aid)
    UNION ALL
    SELECT l.label, true, s.cluster, s.topic, s.part, s.key, s.coordinates, s.start_ns, s.trace_id, s.span_id, false
    FROM flow_send AS s
    JOIN flow_label AS l ON l.node = s.sid
),
half AS (
    -- messages of which only one side is known
    SELECT
        label,
        bool_or(sent) AS sent,
        min(cluster) AS cluster,
        min(topic) AS topic,
        min(part) AS part,
        min(key) AS key,
        min(coordinates) AS coordinates,
        min({'start_ns': start_ns, 'trace_id': trace_id, 'span_id': span_id}) AS first_span
    FROM message
    GROUP BY label
    HAVING NOT (bool_or(sent) AND bool_or(NOT sent)) AND NOT bool_or(named)
),
handled AS (
    SELECT consumer, min(label) AS label
    FROM (
        SELECT a.sid AS consumer, l.label
        FROM flow_arrival AS a
        JOIN flow_label AS l ON l.node = a.aid
        UNION
        SELECT t.parent, l.label
        FROM flow_tree AS t
        JOIN flow_arrival AS a USING (sid)
        JOIN flow_label AS l ON l.node = a.aid
        WHERE t.consumer
    )
    GROUP BY consumer
    HAVING count(*) = 1
),
lineage AS (
    FROM carried
    UNION
    SELECT l.label, 'c' || o.ref_trace || o.ref_span
    FROM flow_origin AS o
    JOIN flow_label AS l ON l.node = o.aid
    UNION
    SELECT label, coordinates FROM message WHERE coordinates IS NOT NULL
),
item AS (
    SELECT half.*, carried.ancestor
    FROM half
    JOIN carried USING (label)
    WHERE NOT half.sent
    UNION ALL
    SELECT half.*, lineage.ancestor
    FROM half
    JOIN flow_label AS l USING (label)
    JOIN flow_nearest AS n ON n.sid = l.node
    JOIN handled USING (consumer)
    JOIN lineage ON lineage.label = handled.label
    WHERE half.sent
),
placed AS (
    SELECT
        *,
        count(*) OVER side AS n,
        row_number() OVER (side ORDER BY first_span) AS place,
        lead(first_span.start_ns) OVER (side ORDER BY first_span) AS next_ns
    FROM item
    WINDOW side AS (PARTITION BY topic, ancestor, sent)
),
pair AS (
    SELECT
        r.label,
        s.label AS head,
        bool_and(
            r.first_span.start_ns >= s.first_span.start_ns
            AND coalesce(r.first_span.start_ns <= s.next_ns, true)
            AND coalesce(s.part = r.part, true)
            AND coalesce(s.key = r.key, true)
            AND coalesce(s.cluster = r.cluster, true)
            AND coalesce(s.coordinates = r.coordinates, true)
        ) OVER (PARTITION BY topic, ancestor) AS fits
    FROM placed AS r
    JOIN placed AS s USING (topic, ancestor, n, place)
    WHERE NOT r.sent AND s.sent
)
SELECT label, head, 'headers' AS method, 0.9 AS confidence, 'sent on in the same handling, and read in that order' AS detail
FROM (SELECT DISTINCT label, head FROM pair WHERE fits)
QUALIFY count(*) OVER (PARTITION BY label) = 1 AND count(*) OVER (PARTITION BY head) = 1;
