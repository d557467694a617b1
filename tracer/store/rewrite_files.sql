-- Files of which more than this share of the rows is removed are written anew, without them.
CALL ducklake_rewrite_data_files('lake', $table, delete_threshold => $share)
