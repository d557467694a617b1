-- What messages still carry of another one from which they were sent on: headers that tell its place, or the context of
-- its send. Out: flow_headed, rows of flow_span; flow_carried(aid, ref_trace, ref_span, send); flow_sent_on, a row for each.
CREATE OR REPLACE TEMP VIEW flow_headed AS
FROM flow_span
WHERE origin_topic IS NOT NULL;

CREATE OR REPLACE TEMP VIEW flow_carried AS
SELECT aid, ref_trace, ref_span, send
FROM flow_reference
ANTI JOIN flow_origin USING (aid, ref_trace, ref_span);

CREATE OR REPLACE TEMP VIEW flow_sent_on AS
SELECT trace_id AS told_by FROM flow_headed
UNION ALL
SELECT ref_trace FROM flow_carried;
