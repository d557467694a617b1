-- The attempts that may have sent on what descends from an original: those at the original itself and at what was sent on
-- from it into retry topics, in the order of each group.
-- Out: flow_lineage(ancestor, grp, started_ns, number, label, root, service, grp_known), one row an instant.
CREATE OR REPLACE TEMP TABLE flow_lineage AS
WITH stage AS (
    SELECT ancestor, ancestor AS label FROM flow_ancestry
    UNION
    SELECT a.ancestor, a.label FROM flow_ancestry AS a JOIN flow_event AS e USING (label) WHERE flow_is_retry(e.topic)
),
instant AS (
    SELECT stage.ancestor, a.grp, a.started_ns, a.label, a.root, a.service, a.grp_known
    FROM stage
    JOIN flow_attempt AS a USING (label)
    QUALIFY row_number() OVER (PARTITION BY stage.ancestor, a.grp, a.started_ns ORDER BY a.trace_id, a.span_id) = 1
)
SELECT *, row_number() OVER (PARTITION BY ancestor, grp ORDER BY started_ns) AS number
FROM instant;
