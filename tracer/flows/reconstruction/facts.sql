-- What only the whole store tells, a row for each (service, instance, topic) that consumes: its group, null unless all
-- spans that tell one agree (of the instance, else of the service), and whether the service shows handling of the topic.
-- Out: flow_consumer(service, instance, topic, grp, handles).
CREATE OR REPLACE TEMP TABLE flow_consumer AS
WITH told AS (
    SELECT
        service,
        service_instance AS instance,
        messaging_destination_name AS topic,
        messaging_consumer_group_name AS grp,
        bool_or(
            messaging_operation_type = 'process'
            OR messaging_operation_type IS NULL AND regexp_matches(concat_ws(' ', messaging_operation_name, name), '\bprocess\b', 'i')
        ) AS handles
    FROM flow_store
    WHERE kind IN (3, 5) AND messaging_destination_name IS NOT NULL
    GROUP BY ALL
),
of_service AS (
    SELECT service, topic, bool_or(handles) AS handles, CASE WHEN count(DISTINCT grp) = 1 THEN min(grp) END AS grp
    FROM told
    GROUP BY ALL
)
SELECT
    told.service,
    told.instance,
    told.topic,
    CASE count(DISTINCT told.grp) WHEN 1 THEN min(told.grp) WHEN 0 THEN min(of_service.grp) END AS grp,
    bool_or(of_service.handles) AS handles
FROM told
JOIN of_service ON of_service.topic = told.topic AND of_service.service IS NOT DISTINCT FROM told.service
GROUP BY ALL;
