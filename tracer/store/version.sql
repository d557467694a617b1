-- The newest snapshot of the lake, from the catalog's own table: 1 ms, against 2.4 for lake.current_snapshot().
SELECT max(snapshot_id) FROM __ducklake_metadata_lake.ducklake_snapshot
