-- In which language a service's SDK is. Out: doctor_sdk(service, language).
CREATE OR REPLACE TEMP TABLE doctor_sdk AS
SELECT
    service,
    max(resource ->> '$."telemetry.sdk.language"') AS language
FROM (
    SELECT DISTINCT service, resource_attributes AS resource
    FROM spans
    WHERE service IS NOT NULL AND start_ns BETWEEN $since AND $until
)
GROUP BY service;
