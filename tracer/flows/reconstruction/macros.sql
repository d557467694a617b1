-- Text of ids. A part is percent-encoded; the home cluster (the first that the store met) is not written.
CREATE OR REPLACE TEMP MACRO flow_part(part) AS
    replace(replace(replace(replace(part, '%', '%25'), '/', '%2F'), '#', '%23'), '@', '%40');

CREATE OR REPLACE TEMP MACRO flow_coordinates(home, cluster, topic, part, off) AS
    'kafka://'
    || CASE WHEN cluster IS NULL OR home IS NULL OR cluster = home THEN '' ELSE flow_part(cluster) || '@' END
    || flow_part(topic) || '/' || flow_part(part) || '/' || off;

-- messaging.md 4.1: how retry and dead-letter topics are named
CREATE OR REPLACE TEMP MACRO flow_is_retry(topic) AS
    regexp_matches(topic, '[._-](retry|retries)([._-]?\d+)?$', 'i');

CREATE OR REPLACE TEMP MACRO flow_is_dead_letter(topic) AS regexp_matches(
    topic,
    '[._-](dlq|dlt|dead[._-]?letters?|errors?|poison|parking[._-]?lot|skipped)$|^(dlq|error)[._-]|^dead-letter-topic-',
    'i'
);

-- What a failing span says: its first exception, else its status message, else its error type.
CREATE OR REPLACE TEMP MACRO flow_error(problems, status_message, error_type) AS coalesce(
    list_extract(
        list_transform(
            list_filter(problems, lambda happened: ends_with(happened.name, 'exception')),
            lambda happened: nullif(
                concat_ws(
                    ': ', happened.attributes ->> '$."exception.type"', happened.attributes ->> '$."exception.message"'
                ),
                ''
            )
        ),
        1
    ),
    nullif(status_message, ''),
    error_type
);

-- Which of equally sure methods is shown first
CREATE OR REPLACE TEMP MACRO flow_strength(method) AS list_position(
    ['parent', 'link', 'record', 'coordinates', 'message-id', 'headers', 'adjacency'], method
);

-- What an effect of an attempt is: a dead letter, a retry, or something else (messaging.md 4.1)
CREATE OR REPLACE TEMP MACRO flow_effect(topic, source_topic, same_key, failed) AS CASE
    WHEN flow_is_dead_letter(topic) AND topic IS DISTINCT FROM source_topic THEN 'dead-lettered'
    WHEN flow_is_retry(topic) OR topic = source_topic AND same_key AND failed THEN 'retried'
    ELSE 'caused'
END;

-- How long after a message arrived a root span of the same instance may be guessed to be its work (nanoseconds)
CREATE OR REPLACE TEMP MACRO flow_horizon() AS 60_000_000_000;
