SELECT UNIX_SECONDS(occurred_at) - MOD(UNIX_SECONDS(occurred_at) - 345600, 3600) AS step, tenant, user, COUNT(*), SUM(IF(source IN ('reported', 'estimate'), input_tokens, 0)), SUM(IF(source IN ('reported', 'estimate'), cached_input_tokens, 0)), SUM(IF(source IN ('reported', 'estimate'), output_tokens, 0)), SUM(IF(source IN ('reported', 'estimate'), reasoning_tokens, 0)), SUM(IF(source IN ('reported', 'estimate'), cost_micros, 0)), SUM(saved_micros), SUM(IF(source IN ('reported', 'estimate'), 0, input_tokens + output_tokens))
FROM `acme-prod.llm_usage.distinct_usage`
WHERE occurred_at >= TIMESTAMP_SECONDS(@from_s) AND occurred_at < TIMESTAMP_SECONDS(@to_s) AND tenant = @tenant AND model = @model
GROUP BY step, tenant, user
ORDER BY step, SUM(IF(source IN ('reported', 'estimate'), cost_micros, 0)) DESC, COUNT(*) DESC, tenant, user
LIMIT 10
