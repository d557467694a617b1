-- The relations of a reconstruction, read from the tables that the writer keeps up to date.
CREATE OR REPLACE TEMP VIEW flow_event AS
SELECT
    node, at_ns, id, system, cluster, topic, part, off AS coordinates, off, key, message_id, produced_ns, acknowledged_ns,
    at_ns AS first_ns, service, instance, host, trace_id, span_id, disputed
FROM lake.events;

CREATE OR REPLACE TEMP VIEW flow_processing AS
SELECT * EXCLUDE (owner, grp, sender, confidence), split_part(id, '#', 1) AS event, grp AS "group", at_ns AS started_ns
FROM lake.processings;

CREATE OR REPLACE TEMP VIEW flow_edge AS
SELECT
    event AS source, id AS target, 'delivered' AS kind, told.method, told.confidence,
    coalesce(told.trace_id, trace_id) AS trace_id, coalesce(told.span_id, span_id) AS span_id, told.detail
FROM (SELECT split_part(id, '#', 1) AS event, id, trace_id, span_id, unnest(evidence) AS told FROM lake.processings)
UNION ALL
SELECT source, target, kind, method, confidence, trace_id, span_id, detail
FROM lake.causes;
