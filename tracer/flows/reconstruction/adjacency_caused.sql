-- Guesses which attempt caused an event: its send is in the work of a root span that is adjacent to the attempt. None
-- where something better tells the cause.
-- Out: flow_guessed(source, target, kind, method, confidence, trace_id, span_id, detail): the send span that tells it.
CREATE OR REPLACE TEMP TABLE flow_guessed AS
SELECT
    a.id AS source,
    e.id AS target,
    flow_effect(e.topic, a.topic, e.key = a.key, f.certain) AS kind,
    'adjacency' AS method,
    max(adjacent.confidence) AS confidence,
    any_value(e.trace_id) AS trace_id,
    any_value(e.span_id) AS span_id,
    arg_max(
        CASE
            WHEN adjacent.same_key THEN 'key ' || a.key || ' fits'
            WHEN adjacent.n > 1 THEN '1 of ' || adjacent.n || ' that arrived before'
            ELSE 'arrived before it in the same instance'
        END,
        adjacent.confidence
    ) AS detail
FROM flow_event AS e
JOIN flow_below AS b ON b.sid = e.send
JOIN flow_adjacent AS adjacent USING (top)
JOIN flow_attempt AS a ON a.label = adjacent.label AND a.grp = adjacent.grp AND a.root = adjacent.root
LEFT JOIN flow_failure AS f ON f.label = a.label AND f.grp = a.grp AND f.root = a.root
WHERE e.id NOT IN (SELECT target FROM flow_caused)
GROUP BY a.id, e.id, kind;
