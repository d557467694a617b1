-- The events that may match, newest first: what their own rows tell is decided, and that some attempt has the group and the
-- outcome; $page of them at most. Out: flow_page, rows of flow_event.
CREATE OR REPLACE TEMP TABLE flow_page AS
FROM flow_event AS e
WHERE ($topic IS NULL OR e.topic = $topic)
    AND ($key IS NULL OR e.key = $key)
    AND ($since_ns IS NULL OR e.at_ns >= $since_ns)
    AND ($until_ns IS NULL OR e.at_ns < $until_ns)
    AND (
        $group IS NULL AND $outcome IS NULL
        OR e.node IN (
            SELECT node FROM lake.processings
            WHERE ($group IS NULL OR grp = $group) AND ($outcome IS NULL OR outcome = $outcome)
        )
    )
ORDER BY e.at_ns DESC, e.id DESC
LIMIT $page
