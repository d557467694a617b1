-- Topics of one partition, as far as is known. Out: check_narrow(topic).
CREATE OR REPLACE TEMP TABLE check_narrow AS
SELECT topic FROM check_event GROUP BY topic HAVING count(DISTINCT lane) = 1;
