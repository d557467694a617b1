-- The relations of a reconstruction, read from the tables that the writer keeps up to date.
CREATE OR REPLACE TEMP VIEW flow_event AS
SELECT
    id, system, cluster, topic, part, off AS coordinates, off, key, message_id, produced_ns, acknowledged_ns, at_ns AS first_ns,
    service, instance, host, trace_id, span_id, disputed
FROM lake.events;

CREATE OR REPLACE TEMP VIEW flow_processing AS
SELECT * EXCLUDE (owner, at_ns, grp), grp AS "group", at_ns AS started_ns
FROM lake.processings;

CREATE OR REPLACE TEMP VIEW flow_edge AS
SELECT * EXCLUDE (owner, at_ns)
FROM lake.edges;
