-- Parents that are in scope. `ends` says that climbing stops at this parent: it is a consumer's span, or a send span
-- whose message the child's side has read (another service, or a context that came from afar): causes do not pass there.
-- Out: flow_tree(sid, parent, consumer, ends).
CREATE OR REPLACE TEMP TABLE flow_tree AS
SELECT
    child.sid,
    parent.sid AS parent,
    coalesce(parent.operation IN ('receive', 'process'), false) AS consumer,
    coalesce(parent.operation IN ('receive', 'process'), false)
        OR coalesce(parent.operation IN ('send', 'create'), false)
        AND (parent.service IS DISTINCT FROM child.service OR child.remote = 768) AS ends
FROM flow_span AS child
JOIN flow_span AS parent ON parent.trace_id = child.trace_id AND parent.span_id = child.parent_span_id
WHERE parent.sid <> child.sid;
