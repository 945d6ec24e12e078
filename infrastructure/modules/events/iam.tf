# Pub/Sub writes this table and reads its schema, and no other.
resource "google_bigquery_table_iam_member" "agent" {
  for_each = toset(["roles/bigquery.dataEditor", "roles/bigquery.metadataViewer"])

  project    = var.project_id
  dataset_id = google_bigquery_table.usage.dataset_id
  table_id   = google_bigquery_table.usage.table_id
  role       = each.value
  member     = local.agent
}

resource "google_bigquery_dataset_iam_member" "reader" {
  for_each = var.readers

  project    = var.project_id
  dataset_id = google_bigquery_dataset.this.dataset_id
  role       = "roles/bigquery.dataViewer"
  member     = each.value
}
