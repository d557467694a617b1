-- What changed at the first broken event, as far as spans tell it: a value that the producer, or the group's own service, tells of
-- all that failed and of none of those before. A version tells more than an image or an instance; of equals the producer's
-- is taken. Sizes of payloads have changed where all that failed are larger, or smaller, than any of at least ten before.
-- Out: check_change(group, topic, kind_of_all, side, what, now, before, who), one row a cause at most.
CREATE OR REPLACE TEMP TABLE check_change AS
WITH told AS (
    SELECT c.*, s.attributes, s.resource_attributes, s.messaging_message_body_size AS size
    FROM (
        SELECT trace_id, span_id, attributes, resource_attributes, messaging_message_body_size
        FROM spans
        WHERE start_ns BETWEEN getvariable('check_change_about').from_ns AND getvariable('check_change_about').to_ns
            AND list_contains(getvariable('check_change_about').traces, trace_id)
    ) AS s
    JOIN check_change_span AS c USING (trace_id, span_id)
),
entry AS (
    SELECT * EXCLUDE (attributes, resource_attributes, size), 'instance' AS name, instance AS value FROM told
    UNION ALL
    SELECT * EXCLUDE (attributes, resource_attributes, size, entry), entry.key, coalesce(entry.value ->> '$[0]', entry.value ->> '$')
    FROM (SELECT *, unnest(map_entries(CAST(resource_attributes AS MAP(VARCHAR, JSON)))) AS entry FROM told)
    UNION ALL
    SELECT * EXCLUDE (attributes, resource_attributes, size, entry), entry.key, coalesce(entry.value ->> '$[0]', entry.value ->> '$')
    FROM (SELECT *, unnest(map_entries(CAST(attributes AS MAP(VARCHAR, JSON)))) AS entry FROM told WHERE side = 'producer')
),
named AS (
    SELECT *,
        CASE
            WHEN name = 'service.version' THEN {'rank': 1, 'what': 'version'}
            WHEN regexp_matches(name, '^messaging\.header\..*(schema|version|content.?type|typeid)', 'i')
                THEN {'rank': 2, 'what': 'header ' || name[18:]}
            WHEN regexp_matches(name, '(^|[._])schema[._](id|guid|version|name|url)$', 'i') THEN {'rank': 2, 'what': name}
            WHEN name IN ('vcs.ref.head.revision', 'vcs.repository.ref.revision') THEN {'rank': 3, 'what': 'revision'}
            WHEN name IN ('container.image.tags', 'container.image.tag', 'container.image.id') THEN {'rank': 4, 'what': 'image'}
            WHEN name IN ('deployment.id', 'deployment.name', 'k8s.replicaset.name') THEN {'rank': 5, 'what': 'deployment'}
            WHEN name = 'instance' THEN {'rank': 7, 'what': 'instance'}
        END AS sign
    FROM entry
    WHERE value IS NOT NULL
),
changed AS (
    SELECT
        "group", topic, kind_of_all, side, who, sign.rank AS rank, sign.what AS what, name,
        min(value) FILTER (failed) AS now,
        arg_max(value, (at_ns, id)) FILTER (NOT failed) AS before,
        count(DISTINCT value) FILTER (failed) AS kinds,
        count(*) FILTER (failed) AS tells
    FROM named
    WHERE sign IS NOT NULL
    GROUP BY ALL
    HAVING kinds = 1 AND before IS NOT NULL AND NOT list_contains(list(value) FILTER (NOT failed), now)
),
resized AS (
    SELECT
        "group", topic, kind_of_all, side, who, 6 AS rank, 'size' AS what, 'size' AS name,
        min(size) FILTER (failed) || ' to ' || max(size) FILTER (failed) AS now,
        min(size) FILTER (NOT failed) || ' to ' || max(size) FILTER (NOT failed) AS before,
        1 AS kinds,
        count(size) FILTER (failed) AS tells
    FROM told
    WHERE side = 'producer'
    GROUP BY ALL
    HAVING count(size) FILTER (NOT failed) >= 10
        AND (
            min(size) FILTER (failed) > max(size) FILTER (NOT failed)
            OR max(size) FILTER (failed) < min(size) FILTER (NOT failed)
        )
)
SELECT c."group", c.topic, c.kind_of_all, c.side, c.what, c.now, c.before, c.who
FROM (FROM changed UNION ALL FROM resized) AS c
JOIN (
    SELECT "group", topic, kind_of_all, side, count(*) AS failed FROM check_change_span WHERE failed GROUP BY ALL
) AS n USING ("group", topic, kind_of_all, side)
WHERE c.tells = n.failed
QUALIFY row_number() OVER (PARTITION BY "group", topic, kind_of_all ORDER BY c.rank, c.side, c.name) = 1;
