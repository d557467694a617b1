-- Topics that take dead letters: something was dead-lettered into them, or their name says so.
SELECT DISTINCT topic
FROM flow_event
WHERE topic IS NOT NULL
    AND (flow_is_dead_letter(topic) OR id IN (SELECT target FROM flow_edge WHERE kind = 'dead-lettered'))
