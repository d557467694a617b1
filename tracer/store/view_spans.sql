-- The public view `spans`: one row a span. Ids are lower-case hex text, times both as nanoseconds since 1970 (start_ns)
-- and as TIMESTAMP_NS (start_time); kind and status are words; attributes are one JSON object with their types kept.
-- Plain columns, so filters on them reach the Parquet scan; what has to be built is built only where it is asked for.
CREATE VIEW spans AS
SELECT
    trace_id,
    span_id,
    parent_span_id,
    name,
    CASE kind
        WHEN 1 THEN 'internal' WHEN 2 THEN 'server' WHEN 3 THEN 'client' WHEN 4 THEN 'producer' WHEN 5 THEN 'consumer'
        ELSE 'unspecified'
    END AS kind,
    service,
    service_instance,
    host,
    thread,
    make_timestamp_ns(start_ns) AS start_time,
    make_timestamp_ns(end_ns) AS end_time,
    start_ns,
    end_ns,
    end_ns - start_ns AS duration_ns,
    CASE status_code WHEN 1 THEN 'ok' WHEN 2 THEN 'error' ELSE 'unset' END AS status,
    status_message,
    error_type,
    CAST('{' || array_to_string(
        list_transform(text_attributes, lambda p: CAST(to_json(p.k) AS VARCHAR) || ':' || CAST(to_json(p.v) AS VARCHAR))
        || list_transform(int_attributes, lambda p: CAST(to_json(p.k) AS VARCHAR) || ':' || CAST(p.v AS VARCHAR))
        || list_transform(real_attributes, lambda p: CAST(to_json(p.k) AS VARCHAR) || ':' || CASE
            WHEN isfinite(p.v) THEN CAST(p.v AS VARCHAR)
            WHEN isnan(p.v) THEN '"NaN"'
            WHEN p.v > 0 THEN '"Infinity"'
            ELSE '"-Infinity"'
        END)
        || list_transform(bool_attributes, lambda p: CAST(to_json(p.k) AS VARCHAR) || ':' || CAST(p.v AS VARCHAR))
        || list_transform(other_attributes, lambda p: CAST(to_json(p.k) AS VARCHAR) || ':' || p.v),
        ','
    ) || '}' AS JSON) AS attributes,
    CAST(resource_attributes AS JSON) AS resource_attributes,
    scope_name,
    scope_version,
    CAST(scope_attributes AS JSON) AS scope_attributes,
    CAST(events AS STRUCT(
        time_ns BIGINT, name VARCHAR, attributes JSON, dropped_attributes_count UINTEGER
    )[]) AS events,
    len(links) AS link_count,
    trace_state,
    flags,
    dropped_attributes_count,
    dropped_events_count,
    dropped_links_count,
    received_ns,
    batch,
    COLUMNS('messaging_.*')
FROM lake.spans
