-- Our cost against Google's bill, by day in UTC and model, of the last 92 days, in dollars before credits. A SKU belongs to the
-- longest model name that its description begins with: `Gemini 3.5 Flash Text Input` is gemini-3.5-flash. A SKU without a
-- model of ours stands under its own name; so does a model without a SKU.
WITH ours AS (
  SELECT DATE(occurred_at) AS day, model, SUM(cost_micros) / 1e6 AS dollars
  FROM (
${distinct}
  )
  GROUP BY day, model
),
bill AS (
  SELECT
    DATE(usage_start_time) AS day,
    sku.description AS sku,
    REPLACE(LOWER(sku.description), ' ', '-') AS name,
    SUM(cost / currency_conversion_rate) AS dollars
  FROM `${billing}`
  WHERE service.description = 'Vertex AI'
    AND usage_start_time >= TIMESTAMP_SUB(TIMESTAMP_TRUNC(CURRENT_TIMESTAMP(), DAY), INTERVAL 92 DAY)
  GROUP BY day, sku, name
),
-- An inner join first: BigQuery has no outer one without an equality.
named AS (
  SELECT skus.sku, models.model
  FROM (SELECT DISTINCT sku, name FROM bill) AS skus
  CROSS JOIN (SELECT DISTINCT model FROM ours) AS models
  WHERE STARTS_WITH(skus.name, models.model)
  QUALIFY ROW_NUMBER() OVER (PARTITION BY skus.sku ORDER BY LENGTH(models.model) DESC) = 1
),
matched AS (
  SELECT bill.day, COALESCE(named.model, bill.sku) AS model, bill.dollars
  FROM bill
  LEFT JOIN named ON bill.sku = named.sku
),
billed AS (
  SELECT day, model, SUM(dollars) AS dollars
  FROM matched
  GROUP BY day, model
)
SELECT
  COALESCE(ours.day, billed.day) AS day,
  COALESCE(ours.model, billed.model) AS model,
  ROUND(COALESCE(ours.dollars, 0), 6) AS our_dollars,
  ROUND(COALESCE(billed.dollars, 0), 6) AS billed_dollars,
  ROUND(COALESCE(ours.dollars, 0) - COALESCE(billed.dollars, 0), 6) AS difference_dollars,
  ROUND(SAFE_DIVIDE(COALESCE(ours.dollars, 0) - billed.dollars, billed.dollars) * 100, 2) AS difference_percent
FROM ours
FULL OUTER JOIN billed ON ours.day = billed.day AND ours.model = billed.model
