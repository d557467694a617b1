-- What only the whole store tells, a row for each (service, instance, topic) that consumes: its group, null unless all
-- spans that tell one agree, and whether it shows handling of the topic. A row with no instance sums up the service.
-- Out: flow_consumer(service, instance, topic, whole_service, grp, handles).
CREATE OR REPLACE TEMP TABLE flow_consumer AS
SELECT
    service,
    topic,
    instance,
    grouping(instance) = 1 AS whole_service,
    CASE WHEN count(DISTINCT grp) = 1 THEN min(grp) END AS grp,
    bool_or(handles) AS handles
FROM flow_told
GROUP BY GROUPING SETS ((service, topic, instance), (service, topic));
