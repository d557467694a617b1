-- The files with these numbers are gone from the disk.
DELETE FROM __ducklake_metadata_lake.ducklake_files_scheduled_for_deletion WHERE list_contains($numbers, data_file_id)
