-- Attempts of which no span tells the consumer group, in systems that have groups: the service's name stands in.
-- Out: the columns of Seen.
SELECT
    service, scope, version,
    count(*) FILTER (NOT group_known) AS count,
    count(*) AS total,
    [{'answer': 'group', 'count': count(*) FILTER (NOT group_known), 'total': count(*)}] AS effects
FROM doctor_attempt
WHERE system IN ('kafka', 'eventhubs', 'rocketmq', 'pulsar', 'gcp_pubsub', 'servicebus')
GROUP BY service, scope, version
HAVING count(*) FILTER (NOT group_known) > 0;
