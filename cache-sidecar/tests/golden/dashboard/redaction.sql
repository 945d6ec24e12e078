SELECT MIN(0) AS step, redaction.key AS label, SUM(redaction.value)
FROM `acme-prod.llm_usage.distinct_usage`, UNNEST(redactions) AS redaction
WHERE occurred_at >= TIMESTAMP_SECONDS(@from_s) AND occurred_at < TIMESTAMP_SECONDS(@to_s)
GROUP BY label
ORDER BY step, label
LIMIT 10
