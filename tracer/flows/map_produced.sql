-- Who produces: service, topic, events.
SELECT service, topic, count(*)
FROM flow_event
WHERE topic IS NOT NULL
GROUP BY ALL
ORDER BY ALL
