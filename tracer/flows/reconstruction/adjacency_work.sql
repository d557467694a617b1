-- What the roots that are likely an attempt's work tell of it: when its handling began, and until when it was seen.
-- Out: flow_likely(label, grp, root, first_ns, last_ns).
CREATE OR REPLACE TEMP TABLE flow_likely AS
SELECT adjacent.label, adjacent.grp, adjacent.root, min(r.start_ns) AS first_ns, max(r.end_ns) AS last_ns
FROM flow_adjacent AS adjacent
JOIN flow_root AS r USING (top)
WHERE adjacent.confidence > 0.5
GROUP BY ALL;
