-- Text of ids. A part is percent-encoded; the home cluster (the first that the store met) is not written.
CREATE OR REPLACE TEMP MACRO flow_part(part) AS
    replace(replace(replace(replace(part, '%', '%25'), '/', '%2F'), '#', '%23'), '@', '%40');

CREATE OR REPLACE TEMP MACRO flow_coordinates(home, cluster, topic, part, off) AS
    'kafka://'
    || CASE WHEN cluster IS NULL OR home IS NULL OR cluster = home THEN '' ELSE flow_part(cluster) || '@' END
    || flow_part(topic) || '/' || flow_part(part) || '/' || off;

-- The place of a message, where its own system gives it one: coordinates in a log. Null where a part is not told.
CREATE OR REPLACE TEMP MACRO flow_place(home, system, cluster, topic, part, off, message_id) AS CASE
    WHEN topic IS NULL OR part IS NULL THEN NULL
    WHEN off IS NOT NULL THEN flow_coordinates(home, cluster, topic, part, off)
    WHEN system = 'aws_kinesis'
        THEN 'aws_kinesis://' || flow_part(topic) || '/' || flow_part(part) || '/' || flow_part(message_id)
END;

-- The id of a message that its broker knows by a message id
CREATE OR REPLACE TEMP MACRO flow_named(system, topic, routing_key, message_id) AS CASE system
    WHEN 'aws_sqs' THEN 'aws_sqs://' || flow_part(topic) || '/' || flow_part(message_id)
    WHEN 'rabbitmq'
        THEN 'rabbitmq://' || flow_part(topic) || '/' || flow_part(routing_key) || '/' || flow_part(message_id)
END;

-- Whether equal message ids mean one message: a task of Celery keeps its id over retries, SNS gives a message another id
-- than the queues behind it, otelsarama's are bare offsets
CREATE OR REPLACE TEMP MACRO flow_id_tells(system, message_id) AS coalesce(
    message_id <> '' AND system NOT IN ('celery', 'aws.sns') AND NOT (system = 'kafka' AND regexp_full_match(message_id, '\d+')), false
);

-- Whether consumers of a system name another place than its producers: the queue behind an exchange, a subscription
CREATE OR REPLACE TEMP MACRO flow_names_differ(system) AS coalesce(
    system IN ('rabbitmq', 'gcp_pubsub', 'aws.sns', 'servicebus', 'activemq', 'jms', 'pulsar'), false
);

-- How retry and dead-letter topics are named: by a word at the end, after which a number, a delay or a group may stand, or in
-- the case of a camel; RocketMQ's are of a group, `%RETRY%GROUP`, whatever that is called
CREATE OR REPLACE TEMP MACRO flow_is_retry(topic) AS regexp_matches(
    topic,
    '[._-](retry|retries)([._-]?\d+(ms|s|sec|m|min|h|d)?)?$|[._-]retry[._-]|(?-i:[a-z\d](Retry|Retries))([._-]?\d+(ms|s|sec|m|min|h|d)?)?$|^%retry%',
    'i'
);

CREATE OR REPLACE TEMP MACRO flow_is_dead_letter(topic) AS regexp_matches(
    topic,
    '[._-](dlq|dlt|dead|errors?|poison|parking[._-]?lot|skipped)$|^(dlq|error)[._-]|[._-](dlq|dlt)[._-]|(?-i:[a-z\d](DLQ|DLT|Dlq|Dlt))$'
    || '|dead[._-]?letters?([._-]?(queue|topic)s?)?$|^dead[._-]?letters?[._-]|^%dlq%',
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

-- A key of an event's id, 32 bits: what is about one event is found by it, then told apart by the id itself. DuckDB's hash()
-- may change with its version: then the tables are made anew.
CREATE OR REPLACE TEMP MACRO flow_node(id) AS CAST(hash(id) >> 32 AS UINTEGER);
