-- The shortest ways that messages took between pairs of hosts, by the hosts' own clocks, in windows of time: pair number n
-- is ($hosts_a[n], $hosts_b[n]) in the window $slots[n] of $window nanoseconds. Only deliveries that are sure ($sure)
-- count, and of busy windows the $messages that began nearest to $middle.
-- Out: since, host a, host b, the shortest way from a to b and from b to a (null: no message), messages.
WITH pair AS (
    SELECT unnest($slots::BIGINT[]) AS slot, unnest($hosts_a::VARCHAR[]) AS a, unnest($hosts_b::VARCHAR[]) AS b
),
near AS (
    SELECT at_ns, sender, coalesce(host, instance) AS receiver, queue_ns
    FROM lake.processings
    WHERE queue_ns IS NOT NULL
        AND confidence >= $sure
        AND at_ns >= $first
        AND at_ns < $last
        AND receiver IN (SELECT unnest($hosts_a::VARCHAR[]) UNION SELECT unnest($hosts_b::VARCHAR[]))
    ORDER BY abs(at_ns - $middle), node
    LIMIT $messages
),
message AS (SELECT *, at_ns // $window AS slot FROM near)
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
