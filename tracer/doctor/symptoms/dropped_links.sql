-- Spans of batches that lost links to a limit: each link is a message. Links are counted of services only that lost some.
-- Out: the columns of Seen.
WITH losing AS (SELECT DISTINCT service FROM spans WHERE dropped_links_count > 0 AND start_ns BETWEEN $since AND $until)
SELECT
    service,
    scope_name AS scope,
    max(scope_version) AS version,
    count(*) FILTER (dropped_links_count > 0) AS count,
    count(*) AS total,
    [{
        'answer': 'link',
        'count': sum(coalesce(dropped_links_count, 0))::BIGINT,
        'total': sum(coalesce(dropped_links_count, 0) + coalesce(link_count, 0))::BIGINT
    }] AS effects
FROM spans
SEMI JOIN losing USING (service)
WHERE start_ns BETWEEN $since AND $until AND messaging_operation_type IN ('receive', 'process')
GROUP BY service, scope
HAVING sum(coalesce(dropped_links_count, 0)) > 0;
