-- Every piece of evidence for every edge. Out: flow_edge, the columns of the view `edges`.
CREATE OR REPLACE TEMP VIEW flow_edge AS
SELECT source, target, kind, method, confidence, trace_id, span_id, detail FROM flow_delivered
UNION ALL
SELECT source, target, kind, method, confidence, trace_id, span_id, detail FROM flow_caused
UNION ALL
SELECT source, target, kind, method, confidence, trace_id, span_id, detail FROM flow_guessed;
