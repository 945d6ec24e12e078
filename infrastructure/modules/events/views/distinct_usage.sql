-- One row for each event: Pub/Sub delivers at least once, and a sidecar that was cut off sends again. Ask it with a range of occurred_at.
SELECT * EXCEPT (subscription_name, message_id, publish_time, attributes)
FROM `${table}`
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY TIMESTAMP_TRUNC(occurred_at, DAY), event_id ORDER BY publish_time, message_id) = 1
