-- Headers (method `headers`): which attempt sent on the messages of flow_ancestry. It is the last one of their lineage that
-- had begun when the record was read: by the group that the headers tell, else of the service that sent the record, else of
-- the group or service that reads it too, else of any. What is sent on twice goes by the order in time: less sure; so is what
-- was sent by a span that is lost (its context is known): the handling around it may be lost with it. A
-- carried context explains nothing where headers, a parent or a link do; what headers tell beside these contradicts them.
-- Adds to flow_cause.
INSERT INTO flow_cause BY NAME
WITH descent AS (
    SELECT
        a.*,
        flow_is_retry(e.topic) AS retry,
        retry OR flow_is_dead_letter(e.topic) AS moved,
        -- an event that only its arrivals know may be one that is known elsewhere
        e.send IS NULL AND e.id LIKE 'span:%' AS lone,
        e.send IS NULL AND e.span_id IS NOT NULL AS send_lost,
        s.service AS sender
    FROM flow_ancestry AS a
    JOIN flow_event AS e USING (label)
    LEFT JOIN flow_send AS s ON s.sid = e.send
    QUALIFY a.told OR NOT bool_or(a.told) OVER (PARTITION BY a.label)
),
handler AS (SELECT DISTINCT label, grp, service FROM flow_attempt SEMI JOIN flow_ancestry USING (label)),
reached AS (
    SELECT
        d.*,
        step.label AS step_label,
        step.grp AS step_grp,
        step.root AS step_root,
        step.number AS step_number,
        CASE
            WHEN step.grp = d.grp THEN 1
            WHEN step.service = d.sender THEN 2
            WHEN (d.label, step.grp) IN (SELECT (label, grp) FROM handler) THEN 3
            WHEN (d.label, step.service) IN (SELECT (label, service) FROM handler) THEN 4
            ELSE 5
        END AS nearness
    FROM descent AS d
    JOIN (SELECT DISTINCT ancestor, grp FROM flow_lineage) AS line ON line.ancestor = d.ancestor
    ASOF JOIN flow_lineage AS step
        ON step.ancestor = line.ancestor AND step.grp = line.grp AND d.read_ns > step.started_ns
    WHERE step.label <> d.label
        -- not by another service than the one that sent it, nor by another group than the one that is told
        AND coalesce(step.service = d.sender, true)
        AND coalesce(step.grp = d.grp OR NOT step.grp_known, true)
),
nearest AS (
    SELECT *, count(*) OVER (PARTITION BY label, ancestor) AS groups
    FROM (FROM reached QUALIFY nearness = min(nearness) OVER (PARTITION BY label, ancestor))
),
explained AS (SELECT DISTINCT effect, label, grp, root FROM flow_cause WHERE sure >= 0.9),
held_against AS (
    SELECT
        nearest.*,
        same.effect IS NULL AND nearest.label IN (SELECT effect FROM explained) AS contradicted,
        -- an attempt sends its record on once: another one was sent by an attempt that left no span
        same.effect IS NULL AND count(DISTINCT nearest.label) OVER (PARTITION BY step_label, step_grp, step_root) > 1 AS one_of
    FROM nearest
    LEFT JOIN explained AS same
        ON same.effect = nearest.label AND same.label = step_label AND same.grp = step_grp AND same.root = step_root
),
-- what the span read may be the wrong message where it tells no place, and only its order which it is
joined AS (
    SELECT l.label, a.sid, min(j.confidence) AS join_confidence
    FROM flow_joined AS j
    JOIN flow_arrival AS a ON a.aid = j.node
    JOIN flow_label AS l ON l.node = j.node
    WHERE a.coordinates IS NULL
    GROUP BY l.label, a.sid
)
SELECT
    h.label AS effect,
    step_label AS label,
    step_grp AS grp,
    step_root AS root,
    'headers' AS method,
    CASE
        WHEN send_lost THEN 0.5
        WHEN step_number > 1 AND attempt IS DISTINCT FROM step_number + 1 THEN 0.8
        WHEN retry AND nearness = 5 THEN 0.5  -- who reads the retries sent them, and has left no span of it
        WHEN told AND nearness < 5 THEN 1.0
        WHEN told OR moved OR nearness = 2 THEN 0.9
        ELSE 0.6
    END / groups
        * CASE WHEN lone THEN 0.5 ELSE 1.0 END
        * CASE WHEN attempt > step_number + 1 THEN 0.5 ELSE 1.0 END
        * CASE WHEN contradicted OR one_of THEN 0.5 ELSE 1.0 END
        * coalesce(joined.join_confidence, 1.0) AS sure,
    h.sid,
    concat_ws(
        ', ',
        CASE WHEN told THEN 'headers name ' ELSE 'carries the context of ' END || original.id,
        CASE WHEN groups > 1 THEN '1 of ' || groups || ' groups that read it' END,
        CASE WHEN send_lost THEN 'its send span is lost' END,
        CASE WHEN attempt > step_number + 1 THEN 'attempts before attempt ' || attempt || ' are missing' END,
        CASE WHEN contradicted THEN 'its send is in another handling' END
    ) AS detail
FROM held_against AS h
JOIN flow_event AS original ON original.label = h.ancestor
LEFT JOIN joined ON joined.label = h.label AND joined.sid = h.sid
WHERE told OR NOT contradicted;
