-- The comment of one table of the lake, null where it has none. Out: (comment).
SELECT comment
FROM duckdb_tables()
WHERE database_name = 'lake' AND schema_name = 'main' AND table_name = $table AND comment IS NOT NULL
