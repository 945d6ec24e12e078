-- What each tenant's users took of each model, by day in UTC, today and the 92 days before. Tokens are those that were charged;
-- the hit rate is over requests that the cache was asked for; times to the first token are the sidecar's.
SELECT
  DATE(occurred_at) AS day,
  tenant,
  user,
  model,
  COUNT(*) AS requests,
  COUNTIF(outcome = 'failed') AS failed,
  COUNTIF(outcome = 'budget_ended') AS budget_ended,
  SUM(IF(source IN ('reported', 'estimate'), input_tokens, 0)) AS input_tokens,
  SUM(IF(source IN ('reported', 'estimate'), cached_input_tokens, 0)) AS cached_input_tokens,
  SUM(IF(source IN ('reported', 'estimate'), output_tokens, 0)) AS output_tokens,
  SUM(IF(source IN ('reported', 'estimate'), reasoning_tokens, 0)) AS reasoning_tokens,
  SUM(IF(source = 'estimate', input_tokens + output_tokens, 0)) AS estimated_tokens,
  SUM(cost_micros) AS cost_micros,
  SUM(saved_micros) AS saved_micros,
  COUNTIF(cache IN ('hit', 'semantic', 'stale')) AS hits,
  SAFE_DIVIDE(COUNTIF(cache IN ('hit', 'semantic', 'stale')), COUNTIF(cache IN ('hit', 'semantic', 'stale', 'miss', 'collapsed'))) AS hit_rate,
  APPROX_QUANTILES(ttft_ms, 100)[OFFSET(50)] AS ttft_p50_ms,
  APPROX_QUANTILES(ttft_ms, 100)[OFFSET(95)] AS ttft_p95_ms
FROM (
${distinct}
)
GROUP BY day, tenant, user, model
