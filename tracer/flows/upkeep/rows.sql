-- The rows of the scope as the tables hold them, those of the traces whose rows are replaced. A row belongs to the trace of
-- the span that makes it: an event to its send's (else to its context's, else to its first arrival's), a processing to its
-- own span's, a cause to that of the event that it explains.
-- Out: derived_event, derived_processing, derived_cause, the columns of the tables.
CREATE OR REPLACE TEMP TABLE upkeep_event AS
SELECT
    flow_node(id) AS node, scope_trace_key(coalesce(trace_id, first_span.trace_id)) AS owner,
    coalesce(produced_ns, first_ns) AS at_ns, label, id,
    system, cluster, topic, part, CASE WHEN coordinates IS NOT NULL THEN off END AS off, key, message_id, produced_ns,
    acknowledged_ns, service, instance, host, trace_id, span_id, disputed
FROM flow_event;

CREATE OR REPLACE TEMP TABLE derived_event AS
SELECT * EXCLUDE (label) FROM upkeep_event SEMI JOIN derived_owner USING (owner);

CREATE OR REPLACE TEMP TABLE derived_processing AS
WITH own AS (
    SELECT scope_trace_key(trace_id) AS owner, * FROM flow_processing SEMI JOIN derived_owner ON derived_owner.owner = scope_trace_key(trace_id)
),
delivered AS (
    SELECT
        d.target,
        list({
            'method': d.method,
            'confidence': d.confidence,
            'trace_id': CASE WHEN d.trace_id <> own.trace_id THEN d.trace_id END,
            'span_id': CASE WHEN d.span_id <> own.span_id THEN d.span_id END,
            'detail': d.detail
        } ORDER BY d.method) AS evidence,
        max(d.confidence) AS confidence
    FROM flow_delivered AS d
    JOIN own ON own.id = d.target
    GROUP BY d.target
)
SELECT
    e.node, p.owner, p.started_ns AS at_ns, p.id, p."group" AS grp, p.group_known, p.attempt,
    p.service, p.instance, p.host, p.thread, p.outcome, p.outcome_confidence, p.error, p.queue_ns, p.backoff_ns, p.duration_ns,
    p.batch_size, p.batch_ns, p.attempt_told, p.arrived_ns, p.dropped_links, p.trace_id, p.span_id,
    coalesce(e.host, e.instance) AS sender, d.confidence, d.evidence
FROM own AS p
JOIN upkeep_event AS e USING (label)
LEFT JOIN delivered AS d ON d.target = p.id;

CREATE OR REPLACE TEMP TABLE upkeep_cause AS
SELECT
    e.node, e.owner, e.at_ns, flow_node(p.event) AS source_node, p.started_ns AS source_ns,
    c.source, c.target, c.kind, c.method, c.confidence, c.trace_id, c.span_id, c.detail
FROM (FROM flow_caused UNION ALL FROM flow_guessed) AS c
JOIN upkeep_event AS e ON e.id = c.target
JOIN flow_processing AS p ON p.id = c.source;

CREATE OR REPLACE TEMP TABLE derived_cause AS FROM upkeep_cause SEMI JOIN derived_owner USING (owner)
