-- The Parquet file of a batch becomes part of the lake. It holds the table's columns under their names.
CALL ducklake_add_data_files('lake', 'spans', $file)
