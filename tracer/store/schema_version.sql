-- The comment of one table of the lake, no row where it has none: asked of the catalog's own tables, since duckdb_tables()
-- reads the figures of every table first, 70 ms. Out: (comment).
SELECT tag.value
FROM __ducklake_metadata_lake.ducklake_table AS t
JOIN __ducklake_metadata_lake.ducklake_tag AS tag ON tag.object_id = t.table_id
WHERE t.table_name = $table AND t.end_snapshot IS NULL AND tag.key = 'comment' AND tag.end_snapshot IS NULL
