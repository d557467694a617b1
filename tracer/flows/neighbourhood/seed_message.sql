-- The traces of spans and links that tell this message id.
SELECT trace_id
FROM flow_store
WHERE messaging_message_id = $message_id AND messaging_system = $system
UNION
SELECT trace_id FROM flow_backlink WHERE message_id = $message_id
