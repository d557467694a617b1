-- What spans tell of who consumes: (service, instance, topic, grp, handles). A union of such relations tells what a union
-- of their spans does. Out: flow_told.
CREATE OR REPLACE TEMP TABLE flow_told AS
SELECT
    service,
    service_instance AS instance,
    messaging_destination_name AS topic,
    coalesce(messaging_consumer_group_name, messaging_destination_subscription_name) AS grp,
    bool_or(messaging_operation_type = 'process') AS handles
FROM flow_store
WHERE kind IN (3, 5) AND messaging_destination_name IS NOT NULL
GROUP BY ALL;
