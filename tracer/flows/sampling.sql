-- Whether a trace state tells that a sampler left other traces out: OpenTelemetry's threshold (th) or, before it, power of two
-- (p) above 0, Elastic's rate below 1. A random value (rv, r) says nothing, and neither do the flags: what is exported was
-- sampled, whatever else was, and some SDKs leave them 0.
CREATE OR REPLACE TEMP MACRO flow_state_samples(trace_state) AS coalesce(
    regexp_matches(trace_state, '(^|,)\s*(ot=([^,]*;)?(th:0*[1-9a-f]|p:[1-9])|es=([^,]*;)?s:0)'), false
);

-- Whether the attributes of a span tell it: Jaeger's samplers, Azure Monitor's (per cent), Honeycomb's (one of n), Datadog's.
-- `sampling.priority` asks for one trace and says nothing of others.
CREATE OR REPLACE TEMP MACRO flow_attributes_sample(attributes) AS
    coalesce(
        attributes ->> '$."sampler.type"' <> 'const'
            AND coalesce(
                attributes ->> '$."sampler.type"' <> 'probabilistic'
                OR try_cast(attributes ->> '$."sampler.param"' AS DOUBLE) < 1,
                true
            ),
        false
    )
    OR coalesce(try_cast(attributes ->> '$."_MS.sampleRate"' AS DOUBLE) < 100, false)
    OR coalesce(try_cast(attributes ->> '$."SampleRate"' AS DOUBLE) > 1, false)
    OR coalesce(try_cast(attributes ->> '$."_dd.rule_psr"' AS DOUBLE) < 1, false)
    OR coalesce(try_cast(attributes ->> '$."_dd.agent_psr"' AS DOUBLE) < 1, false);

-- The rate that a trace state tells, as it is written there; NULL where it tells none.
CREATE OR REPLACE TEMP MACRO flow_state_rate(trace_state) AS nullif(concat(
    regexp_extract(trace_state, '(^|,)\s*ot=([^,]*;)?((th|p):[0-9a-f]+)', 3),
    regexp_extract(trace_state, '(^|,)\s*es=([^,]*;)?(s:[0-9.]+)', 3)
), '');

-- Whether the attributes of a span tell of a sampler that decides before it can know how a trace ends: Jaeger's and Azure
-- Monitor's. Honeycomb's and Datadog's rates may as well come from a proxy or an agent that keeps more of what fails.
CREATE OR REPLACE TEMP MACRO flow_attributes_sample_at_head(attributes) AS coalesce(
    attributes ->> '$."sampler.type"' IN ('probabilistic', 'ratelimiting', 'lowerbound')
        OR try_cast(attributes ->> '$."_MS.sampleRate"' AS DOUBLE) < 100,
    false
);

-- Services of which the view `spans` tells that a sampler leaves traces out. `evenly`: what it keeps does not depend on how
-- traces end, so that shares among what it kept are shares of all: it decided where they began, or all spans tell one rate.
-- The Collector's tail sampling writes the policy that kept a trace into the scope. Attributes are written where a trace
-- begins; of these spans the first that are read are looked at, since all of them take seconds a million.
CREATE OR REPLACE TEMP MACRO flow_services_sampled(since_ns, until_ns) AS TABLE
    WITH told AS (
        SELECT
            service,
            coalesce(bool_or(flow_state_samples(trace_state)), false) AS by_state,
            count(DISTINCT flow_state_rate(trace_state)) AS rates,
            coalesce(bool_or((scope_attributes ->> '$."tailsampling.policy"') IS NOT NULL), false) AS at_tail
        FROM spans
        WHERE start_ns BETWEEN since_ns AND until_ns AND (trace_state IS NOT NULL OR scope_attributes IS NOT NULL)
        GROUP BY service
        HAVING by_state OR at_tail
    ),
    of_no_rate AS (
        SELECT DISTINCT service
        FROM spans
        SEMI JOIN told USING (service)
        WHERE start_ns BETWEEN since_ns AND until_ns AND flow_state_rate(trace_state) IS NULL
    ),
    wrote AS (
        SELECT service, bool_and(flow_attributes_sample_at_head(attributes)) AS evenly
        FROM (
            SELECT service, attributes FROM spans
            WHERE start_ns BETWEEN since_ns AND until_ns AND parent_span_id IS NULL
            LIMIT 20_000
        )
        WHERE flow_attributes_sample(attributes)
        GROUP BY service
    )
    SELECT service, bool_and(evenly) AS evenly
    FROM (
        SELECT service, NOT at_tail AND (NOT by_state OR rates = 1 AND service NOT IN (FROM of_no_rate)) AS evenly FROM told
        UNION ALL
        FROM wrote
    )
    GROUP BY service;
