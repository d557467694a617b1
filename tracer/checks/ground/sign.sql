-- Signs that not every span of a topic's producers and readers was kept. Retry and dead-letter topics are left out: their
-- records carry older contexts, which are not the ones of their own sends.
-- `sent`: sends that are known; `sendless`: events that a group got whose send no span tells, `unsent` those of any topic.
-- Out: check_sign(topic, sent, unsent, sendless), check_sampled(service): services whose spans tell of sampling, and
-- check_sampled_evenly(service): those of them of which shares among what was kept are shares of all; the others are in
-- check_sampled_unevenly(service).
CREATE OR REPLACE TEMP TABLE check_sign AS
SELECT
    e.topic,
    count(*) FILTER (e.produced_ns IS NOT NULL) AS sent,
    count(*) - sent AS unsent,
    count(*) FILTER (
        e.produced_ns IS NULL AND e.topic NOT IN (SELECT topic FROM check_sent_on) AND NOT check_after_failure(e.topic)
    ) AS sendless
FROM check_event AS e
GROUP BY e.topic;

CREATE OR REPLACE TEMP TABLE check_sampler AS
FROM flow_services_sampled($from::BIGINT, $to::BIGINT)
WHERE service IS NOT NULL;

CREATE OR REPLACE TEMP VIEW check_sampled AS SELECT service FROM check_sampler;

CREATE OR REPLACE TEMP VIEW check_sampled_evenly AS SELECT service FROM check_sampler WHERE evenly;

CREATE OR REPLACE TEMP VIEW check_sampled_unevenly AS SELECT service FROM check_sampler WHERE NOT evenly;
