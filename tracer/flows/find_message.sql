-- The events of a system with this message id, the earliest first: names that an event had before more was known of it.
SELECT id
FROM flow_event
WHERE system = $system AND message_id = $message_id
ORDER BY coalesce(produced_ns, first_ns), id
