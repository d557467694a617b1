-- Spans with links. Out: flow_linking(trace_id, span_id, links).
CREATE OR REPLACE TEMP VIEW flow_linking AS
SELECT trace_id, span_id, links FROM flow_source WHERE len(links) > 0;
