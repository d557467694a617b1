-- Kafka spans that tell no cluster, in a store of several: the one cluster that the instance tells of the topic, that it
-- tells at all (some clients learn it late), that its service tells; else, less surely, the one in which the topic is
-- known, else the home cluster.
-- Out: flow_likely_cluster(service, instance, topic, level, cluster). Changes flow_span(cluster, cluster_sure).
CREATE OR REPLACE TEMP TABLE flow_likely_cluster AS
SELECT service, instance, topic, grouping(service, instance, topic) AS level, min(cluster) AS cluster
FROM flow_told_cluster
GROUP BY GROUPING SETS ((service, instance, topic), (service, instance), (service), (topic))
HAVING count(DISTINCT cluster) = 1;

UPDATE flow_span
SET cluster = likely.cluster, cluster_sure = likely.sure
FROM (
    SELECT
        s.sid,
        coalesce(of_topic.cluster, of_instance.cluster, of_service.cluster) AS known,
        coalesce(known, anywhere.cluster, home) AS cluster,
        CASE WHEN known IS NULL THEN 0.9 ELSE 1.0 END AS sure
    FROM flow_span AS s
    CROSS JOIN flow_home
    LEFT JOIN (FROM flow_likely_cluster WHERE level = 0) AS of_topic
        ON of_topic.service = s.service AND of_topic.topic = s.topic
        AND of_topic.instance IS NOT DISTINCT FROM s.instance
    LEFT JOIN (FROM flow_likely_cluster WHERE level = 1) AS of_instance
        ON of_instance.service = s.service AND of_instance.instance IS NOT DISTINCT FROM s.instance
    LEFT JOIN (FROM flow_likely_cluster WHERE level = 3) AS of_service ON of_service.service = s.service
    LEFT JOIN (FROM flow_likely_cluster WHERE level = 6) AS anywhere ON anywhere.topic = s.topic
    WHERE s.cluster IS NULL AND s.operation IS NOT NULL AND s.system = 'kafka'
) AS likely
WHERE likely.sid = flow_span.sid;
