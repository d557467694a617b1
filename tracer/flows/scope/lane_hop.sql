-- One hop along the lanes: what is near in time to the spans of scope_from. Near is what the rules look at, a minute of an
-- instance (flow_horizon), five of a topic, and less where so much happens in a lane that this is more than 4,000 spans:
-- there far guesses are not looked at again.
-- Out: the nodes that are new are added to scope_near and scope_frontier.
CREATE OR REPLACE TEMP TABLE scope_key AS
WITH pace AS (
    SELECT
        lane,
        CASE WHEN lane LIKE 'topic|%' THEN 300_000_000_000 ELSE 60_000_000_000 END AS horizon,
        CASE
            WHEN count(*) <= 4000 THEN horizon
            ELSE least(horizon, (max(start_ns) - min(start_ns)) * 4000 // count(*))
        END // 4 + 1 AS width
    FROM scope_item
    GROUP BY lane
),
wanted AS (
    SELECT DISTINCT lane, slot + unnest([-4, -3, -2, -1, 0, 1, 2, 3, 4]) AS slot
    FROM (SELECT DISTINCT f.lane, f.start_ns // p.width AS slot FROM scope_from AS f JOIN pace AS p USING (lane))
)
SELECT DISTINCT i.node
FROM scope_item AS i
JOIN pace AS p USING (lane)
JOIN wanted AS w ON w.lane = i.lane AND w.slot = i.start_ns // p.width
ANTI JOIN scope_near AS n ON n.node = i.node;

INSERT INTO scope_frontier FROM scope_key;

INSERT INTO scope_near SELECT node, $hop FROM scope_key
