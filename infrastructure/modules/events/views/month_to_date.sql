-- What each tenant's users took of each model since the month began, in UTC; and what the month comes to at this pace.
SELECT
  tenant,
  user,
  model,
  COUNT(*) AS requests,
  SUM(IF(source IN ('reported', 'estimate'), input_tokens, 0)) AS input_tokens,
  SUM(IF(source IN ('reported', 'estimate'), output_tokens, 0)) AS output_tokens,
  SUM(cost_micros) AS cost_micros,
  SUM(saved_micros) AS saved_micros,
  CAST(ROUND(SUM(cost_micros) * EXTRACT(DAY FROM LAST_DAY(CURRENT_DATE())) * 86400
    / GREATEST(TIMESTAMP_DIFF(CURRENT_TIMESTAMP(), TIMESTAMP_TRUNC(CURRENT_TIMESTAMP(), MONTH), SECOND), 1)) AS INT64) AS forecast_micros
FROM (
${distinct}
)
WHERE occurred_at >= TIMESTAMP_TRUNC(CURRENT_TIMESTAMP(), MONTH)
GROUP BY tenant, user, model
