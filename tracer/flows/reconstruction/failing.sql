-- Spans that failed. Out: flow_failing, rows of flow_span.
CREATE OR REPLACE TEMP VIEW flow_failing AS
FROM flow_span
WHERE failed;
