-- How long before (negative) and after what leads to it a row's time has been.
SELECT coalesce(min(soonest_ns), 0), coalesce(max(latest_ns), 0) FROM lake.covered
