-- The shortest ways that messages took between pairs of hosts, by the hosts' own clocks, in windows of time: pair number n
-- is ($hosts_a[n], $hosts_b[n]) in the window $slots[n] of $window nanoseconds. Only deliveries that are sure ($sure)
-- count, and of busy windows the $messages that began nearest to $middle.
-- Out: since, host a, host b, the shortest way from a to b and from b to a (null: no message), messages.
WITH pair AS (
    SELECT unnest($slots::BIGINT[]) AS slot, unnest($hosts_a::VARCHAR[]) AS a, unnest($hosts_b::VARCHAR[]) AS b
),
near AS (
    SELECT id, event, started_ns // $window AS slot, coalesce(host, instance) AS receiver, queue_ns
    FROM flow_processing
    WHERE queue_ns IS NOT NULL
        AND started_ns >= $first
        AND started_ns < $last
        AND coalesce(host, instance) IN (SELECT unnest($hosts_a::VARCHAR[]) UNION SELECT unnest($hosts_b::VARCHAR[]))
    ORDER BY abs(started_ns - $middle), id
    LIMIT $messages
),
message AS (
    SELECT n.slot, n.receiver, coalesce(e.host, e.instance) AS sender, n.queue_ns
    FROM near AS n
    JOIN flow_event AS e ON e.id = n.event
    SEMI JOIN (FROM flow_edge WHERE kind = 'delivered' AND confidence >= $sure) AS told ON told.target = n.id
)
SELECT
    pair.slot * $window, pair.a, pair.b,
    min(queue_ns) FILTER (sender = pair.a),
    min(queue_ns) FILTER (sender = pair.b),
    count(*)
FROM pair
JOIN message AS m
    ON m.slot = pair.slot AND least(m.sender, m.receiver) = pair.a AND greatest(m.sender, m.receiver) = pair.b
GROUP BY ALL
ORDER BY ALL
