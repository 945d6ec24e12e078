-- One row an event: Pub/Sub delivers at least once, and a sidecar that was cut off sends again. Ask it with a range of
-- occurred_at: deliveries of one event share it, so BigQuery reads the days of that range only.
SELECT * EXCEPT (subscription_name, message_id, publish_time, attributes)
FROM `${table}`
WHERE ${range}
QUALIFY ROW_NUMBER() OVER (PARTITION BY occurred_at, event_id ORDER BY publish_time, message_id) = 1
