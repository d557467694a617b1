-- From which share of removed rows on the files of $table are worth a rewrite: more than any file beyond $bytes has of which
-- less than a fifth is removed.
SELECT coalesce(max(share), 0)
FROM (
    SELECT d.delete_count / f.record_count AS share, f.file_size_bytes
    FROM __ducklake_metadata_lake.ducklake_table AS t
    JOIN __ducklake_metadata_lake.ducklake_data_file AS f ON f.table_id = t.table_id AND f.end_snapshot IS NULL
    JOIN __ducklake_metadata_lake.ducklake_delete_file AS d
        ON d.data_file_id = f.data_file_id AND d.end_snapshot IS NULL
    WHERE t.table_name = $table AND t.end_snapshot IS NULL
)
WHERE file_size_bytes >= $bytes AND share < 0.2
