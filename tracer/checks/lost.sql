-- Events that a group passed without handling them, by group and topic. A verdict needs what shows that spans are whole: no
-- sign of sampling, few gaps against what else is known (`check_few`), and an instance that went on (`check_gap`). What nobody got
-- was aborted or not kept by the broker, perhaps, and what came to be read late may have been compacted (`check_run`).
-- Out: the columns of Found, died, instance.
SELECT
    c."group" AS subject,
    c.* EXCLUDE (runs, amid, sent_in, times, ended, idle, open, placed, stale, reason),
    CASE WHEN c.ended AND c.placed THEN 0.7 WHEN c.ended THEN 0.6 WHEN NOT c.placed THEN 0.8 ELSE 0.95 END::DOUBLE AS confidence,
    CASE
        WHEN w.sampled THEN 'spans of its service tell of sampling'
        WHEN w.sendless > 0
            THEN w.sendless || ' events came to it whose sends no span tells: spans are missing, by sampling or otherwise'
        WHEN c.reason IS NOT NULL THEN c.reason
        WHEN c.stale
            THEN 'it came there long after they were sent, and others of their keys followed: where the topic is compacted they were gone'
        WHEN c."group" IN (FROM check_few)
            THEN 'too many gaps for the ' || w.traces || ' traces in which it handled others: they may be sampled, or it may filter'
        WHEN c.open AND c.died THEN c.instance || ' fell silent there, and its last spans may have gone with it'
        WHEN c.idle
            THEN c.instance || ' did nothing then for over a second, as often: it may have begun anew, and lost its last spans'
        WHEN c.open THEN 'it handled nothing there for longer than usual, as if spans of it were missing'
    END AS doubt
FROM check_gap AS c
JOIN check_whole AS w USING ("group")
ORDER BY count DESC, topic, "group";
