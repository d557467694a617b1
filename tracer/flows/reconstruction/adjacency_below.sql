-- What happens under each root: itself and its descendants, as far as causes pass. UNION ends parents that run in a circle.
-- Out: flow_below(top, sid).
CREATE OR REPLACE TEMP TABLE flow_below AS
WITH RECURSIVE below AS (
    SELECT top, top AS sid FROM flow_root
    UNION
    SELECT below.top, t.sid
    FROM below
    JOIN flow_tree AS t ON t.parent = below.sid
    WHERE NOT t.ends
)
FROM below;
