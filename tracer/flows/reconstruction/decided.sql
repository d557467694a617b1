-- Undecided consumer spans that failed, or have other work of their own service under them, handled their message (analysis
-- 1.1); the others received it. Changes flow_span(operation).
UPDATE flow_span
SET operation = 'process'
FROM (
    SELECT u.sid
    FROM flow_undecided AS u
    LEFT JOIN flow_tree AS t ON t.parent = u.sid
    LEFT JOIN flow_span AS child ON child.sid = t.sid
    GROUP BY u.sid
    HAVING bool_or(u.failed)
        OR coalesce(bool_or(
            child.service IS NOT DISTINCT FROM u.service AND coalesce(child.operation NOT IN ('receive', 'process'), true)
        ) FILTER (child.sid IS NOT NULL), false)
) AS handling
WHERE handling.sid = flow_span.sid;
