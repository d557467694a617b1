-- One row a file that no snapshot names for $minutes: its number, its path, and whether that begins at the data's place.
SELECT data_file_id, path, CAST(path_is_relative AS BOOLEAN)
FROM __ducklake_metadata_lake.ducklake_files_scheduled_for_deletion
WHERE CAST(schedule_start AS TIMESTAMPTZ) <= now() - to_minutes($minutes)
