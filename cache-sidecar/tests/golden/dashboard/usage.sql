SELECT MIN(0) AS step, COUNT(*), SUM(IF(source IN ('reported', 'estimate'), input_tokens, 0)), SUM(IF(source IN ('reported', 'estimate'), cached_input_tokens, 0)), SUM(IF(source IN ('reported', 'estimate'), output_tokens, 0)), SUM(IF(source IN ('reported', 'estimate'), reasoning_tokens, 0)), SUM(IF(source IN ('reported', 'estimate'), cost_micros, 0)), SUM(saved_micros), SUM(IF(source IN ('reported', 'estimate'), 0, input_tokens + output_tokens))
FROM `acme-prod.llm_usage.distinct_usage`
WHERE occurred_at >= TIMESTAMP_SECONDS(@from_s) AND occurred_at < TIMESTAMP_SECONDS(@to_s)
HAVING COUNT(*) > 0
ORDER BY step, SUM(IF(source IN ('reported', 'estimate'), cost_micros, 0)) DESC, COUNT(*) DESC
LIMIT 10
