-- The comment of one table of the lake, newest first. Runs in the catalog itself (SQLite).
SELECT tag.value
FROM ducklake_tag AS tag
JOIN ducklake_table AS tab ON tab.table_id = tag.object_id AND tab.end_snapshot IS NULL
WHERE tab.table_name = :table AND tag.key = 'comment' AND tag.end_snapshot IS NULL
ORDER BY tag.begin_snapshot DESC
LIMIT 1
