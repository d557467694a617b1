-- Arrivals take over the place of their message from the other span of the delivery. Changes flow_arrival.
UPDATE flow_arrival AS a
SET
    system = coalesce(a.system, f.system),
    cluster = coalesce(a.cluster, f.cluster),
    cluster_sure = CASE WHEN a.cluster IS NULL THEN f.cluster_sure ELSE a.cluster_sure END,
    topic = f.topic,
    part = f.part,
    off = f.off,
    coordinates = f.coordinates
FROM flow_frame AS f
WHERE f.aid = a.aid;
