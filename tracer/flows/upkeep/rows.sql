-- The rows of the scope as the tables hold them, those of the traces whose rows are replaced. A row belongs to the trace of
-- the span that makes it: an event to its send's (else to its context's, else to its first arrival's), a processing to its
-- own span's, an edge to that of what it leads to.
-- Out: derived_event, derived_processing, derived_edge, the columns of the tables.
CREATE OR REPLACE TEMP TABLE upkeep_event AS
SELECT
    id, scope_trace_key(coalesce(trace_id, first_span.trace_id)) AS owner, coalesce(produced_ns, first_ns) AS at_ns,
    system, cluster, topic, part, CASE WHEN coordinates IS NOT NULL THEN off END AS off, key, message_id, produced_ns,
    acknowledged_ns, service, instance, host, trace_id, span_id, disputed
FROM flow_event;

CREATE OR REPLACE TEMP TABLE derived_event AS FROM upkeep_event SEMI JOIN derived_owner USING (owner);

CREATE OR REPLACE TEMP TABLE upkeep_processing AS
SELECT
    p.id, scope_trace_key(p.trace_id) AS owner, p.started_ns AS at_ns, p.event, p."group" AS grp, p.group_known, p.attempt,
    p.service, p.instance, p.host, p.thread, p.outcome,
    p.error, p.queue_ns, p.backoff_ns, p.duration_ns, p.batch_size, p.batch_ns, p.attempt_told, p.arrived_ns, p.dropped_links,
    p.trace_id, p.span_id
FROM flow_processing AS p;

CREATE OR REPLACE TEMP TABLE derived_processing AS FROM upkeep_processing SEMI JOIN derived_owner USING (owner);

CREATE OR REPLACE TEMP TABLE derived_edge AS
SELECT t.owner, t.at_ns, e.source, e.target, e.kind, e.method, e.confidence, e.trace_id, e.span_id, e.detail
FROM flow_edge AS e
JOIN (
    SELECT id, owner, at_ns FROM upkeep_event
    UNION ALL
    SELECT id, owner, at_ns FROM upkeep_processing
) AS t ON t.id = e.target
SEMI JOIN derived_owner USING (owner)
