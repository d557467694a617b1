-- Why it is open whether a group did not come to events that are known: out of the rows of check_reader and check_sign
CREATE OR REPLACE TEMP MACRO check_doubt_behind(r, g) AS CASE
    WHEN r.service IN (FROM check_sampled) THEN 'spans of its service tell of sampling'
    WHEN g.sendless > 0 THEN g.sendless || ' events of the topic have no send that spans tell: spans are missing'
    WHEN r.handled < 10 THEN 'the group handled ' || r.handled || ' events of this topic only: whether it still reads it is open'
    WHEN 20 * (SELECT count(*) FROM check_passed AS p WHERE p."group" = r."group" AND p.topic = r.topic) > r.handled
        THEN 'spans of others that it passed are missing, too: they may be sampled, or it may filter'
END;
