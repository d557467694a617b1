-- One row: the ids of the snapshots older than $minutes, the newest snapshot excepted; null when there are none.
-- DuckLake's own older_than compares texts here ('2026-11-24 08:00' with '2026-11-24T07:45'): it takes all of a day.
SELECT list(snapshot_id) FROM __ducklake_metadata_lake.ducklake_snapshot
WHERE CAST(snapshot_time AS TIMESTAMPTZ) <= now() - to_minutes($minutes)
    AND snapshot_id < (SELECT max(snapshot_id) FROM __ducklake_metadata_lake.ducklake_snapshot)
