-- Arrivals whose cluster is a guess, and whose send tells its own: they are of that cluster.
-- Changes flow_arrival(cluster, cluster_sure, coordinates).
UPDATE flow_arrival
SET
    cluster = s.cluster,
    cluster_sure = 1.0,
    coordinates = CASE
        WHEN flow_arrival.coordinates IS NOT NULL THEN flow_place(
            home, flow_arrival.system, s.cluster, flow_arrival.topic, flow_arrival.part, flow_arrival.off, NULL
        )
    END
FROM flow_origin AS o
JOIN flow_send AS s ON s.sid = o.send
CROSS JOIN flow_home
WHERE o.aid = flow_arrival.aid AND flow_arrival.cluster_sure < 1 AND s.cluster_sure = 1 AND s.cluster IS NOT NULL;
