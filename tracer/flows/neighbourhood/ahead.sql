-- Traces that link loaded ones, or are linked by them: most of a flow, found without reconstructing it at each hop.
-- Out: flow_missing(trace_id).
CREATE OR REPLACE TEMP TABLE flow_missing AS
SELECT link.trace_id
FROM (SELECT unnest(links) AS link FROM flow_source WHERE len(links) > 0)
UNION
SELECT b.trace_id
FROM flow_backlink AS b
JOIN flow_loaded AS l ON b.ref_trace = l.trace_id
EXCEPT
FROM flow_loaded;
