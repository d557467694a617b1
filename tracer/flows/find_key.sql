-- The newest event of a key.
SELECT id
FROM flow_event
WHERE key = $key
ORDER BY coalesce(produced_ns, first_ns) DESC, id DESC
LIMIT 1
