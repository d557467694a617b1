-- The spans of the time that is read, without what has to be built for each: of the store's table, whose files know their
-- times. Bounds of a view cannot be parameters of a query.
-- Out: check_span(trace_id, span_id, parent_span_id, service, instance, start_ns, end_ns, sends, entry (begun from outside:
-- its parent may be another's), failed, scope_name, links, hash).
SET VARIABLE check_from = $from::BIGINT;

SET VARIABLE check_to = $to::BIGINT;

CREATE OR REPLACE TEMP VIEW check_span AS
SELECT
    trace_id,
    span_id,
    parent_span_id,
    service,
    coalesce(service_instance, service) AS instance,
    start_ns,
    end_ns,
    kind = 4 AS sends,
    kind IN (2, 5) AS entry,
    status_code = 2 AS failed,
    scope_name,
    links,
    list_filter(text_attributes, lambda a: a.k = 'messaging.message.body.hash')[1].v AS hash
FROM lake.spans
WHERE start_ns BETWEEN getvariable('check_from') AND getvariable('check_to');
