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

-- Services of which the view `spans` tells that a sampler leaves traces out. The Collector's tail sampling writes the policy that
-- kept a trace into the scope. Attributes are written where a trace begins; of these spans the first that are read
-- are looked at, since all of them take seconds a million.
CREATE OR REPLACE TEMP MACRO flow_services_sampled(since_ns, until_ns) AS TABLE
    SELECT DISTINCT service
    FROM spans
    WHERE start_ns BETWEEN since_ns AND until_ns
        AND (trace_state IS NOT NULL OR scope_attributes IS NOT NULL)
        AND (flow_state_samples(trace_state) OR (scope_attributes ->> '$."tailsampling.policy"') IS NOT NULL)
    UNION
    SELECT service
    FROM (
        SELECT service, attributes FROM spans
        WHERE start_ns BETWEEN since_ns AND until_ns AND parent_span_id IS NULL
        LIMIT 20_000
    )
    WHERE flow_attributes_sample(attributes);
