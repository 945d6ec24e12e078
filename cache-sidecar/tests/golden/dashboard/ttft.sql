SELECT MIN(0) AS step, CAST(CAST(LEAST(FLOOR(LN(GREATEST(ttft_ms, 1)) / LN(1.1)), 170) AS INT64) AS STRING) AS label, COUNT(*)
FROM `acme-prod.llm_usage.distinct_usage`
WHERE occurred_at >= TIMESTAMP_SECONDS(@from_s) AND occurred_at < TIMESTAMP_SECONDS(@to_s) AND ttft_ms IS NOT NULL
GROUP BY label
ORDER BY step, label
LIMIT 10
