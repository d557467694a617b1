-- What only the whole store tells, a row for each (service, instance, topic) that consumes: its group, null unless all
-- spans that tell one agree, and whether it shows handling of the topic. A row with no instance sums up the service.
-- Out: flow_consumer(service, instance, topic, whole_service, grp, handles).
CREATE OR REPLACE TEMP TABLE flow_consumer AS
WITH told AS (
    SELECT
        service,
        service_instance AS instance,
        messaging_destination_name AS topic,
        coalesce(messaging_consumer_group_name, messaging_destination_subscription_name) AS grp,
        bool_or(messaging_operation_type = 'process') AS handles
    FROM flow_store
    WHERE kind IN (3, 5) AND messaging_destination_name IS NOT NULL
    GROUP BY ALL
)
SELECT
    service,
    topic,
    instance,
    grouping(instance) = 1 AS whole_service,
    CASE WHEN count(DISTINCT grp) = 1 THEN min(grp) END AS grp,
    bool_or(handles) AS handles
FROM told
GROUP BY GROUPING SETS ((service, topic, instance), (service, topic));
