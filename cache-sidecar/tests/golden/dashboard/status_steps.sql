SELECT UNIX_SECONDS(occurred_at) - MOD(UNIX_SECONDS(occurred_at) - 345600, 3600) AS step, tenant, user, CASE WHEN status < 300 THEN '2xx' WHEN status IN (429, 499) THEN CAST(status AS STRING) WHEN status < 500 THEN '4xx' ELSE '5xx' END AS label, COUNT(*)
FROM `acme-prod.llm_usage.distinct_usage`
WHERE occurred_at >= TIMESTAMP_SECONDS(@from_s) AND occurred_at < TIMESTAMP_SECONDS(@to_s) AND tenant = @tenant AND model = @model
GROUP BY step, tenant, user, label
ORDER BY step, tenant, user, label
LIMIT 10
