-- When the events of flow_page were; null where there are none.
SELECT min(at_ns), max(at_ns) FROM flow_page
