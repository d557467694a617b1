-- Records that were fetched but not handled before a crash are received again: two arrivals, one attempt. A receive span
-- that shows no work, of a message whose later arrival in the same group does, belongs to the attempt of that one.
UPDATE flow_member
SET root = handled.root
FROM (
    SELECT arrival.label, arrival.grp, arrival.root AS arrived, arg_min(later.root, (s.start_ns, s.span_id)) AS root
    FROM (SELECT DISTINCT label, grp, root, start_ns FROM flow_open WHERE open) AS arrival
    JOIN flow_member AS later USING (label, grp)
    JOIN flow_likely AS likely ON likely.label = later.label AND likely.grp = later.grp AND likely.root = later.root
    JOIN flow_span AS s ON s.sid = later.root
    JOIN flow_span AS a ON a.sid = arrival.root
    ANTI JOIN flow_likely AS seen
        ON seen.label = arrival.label AND seen.grp = arrival.grp AND seen.root = arrival.root
    WHERE a.operation = 'receive' AND s.start_ns > a.start_ns
    GROUP BY arrival.label, arrival.grp, arrival.root
) AS handled
WHERE flow_member.label = handled.label AND flow_member.grp = handled.grp AND flow_member.root = handled.arrived;
