-- The facts before the new spans. Out: upkeep_known, upkeep_known_told, upkeep_known_cluster, upkeep_known_home.
CREATE OR REPLACE TEMP TABLE upkeep_known AS FROM flow_consumer;

CREATE OR REPLACE TEMP TABLE upkeep_known_told AS FROM flow_told;

CREATE OR REPLACE TEMP TABLE upkeep_known_cluster AS FROM flow_told_cluster;

CREATE OR REPLACE TEMP TABLE upkeep_known_home AS FROM flow_home
