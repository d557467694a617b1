-- Requests taken in since then: digest, received_ns, oldest first.
SELECT request.digest, request.received_ns
FROM (SELECT unnest(digests) AS request FROM lake.batches WHERE last_received_ns >= $since)
WHERE request.received_ns >= $since
ORDER BY request.received_ns
