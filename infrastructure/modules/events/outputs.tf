output "topic" {
  description = "The topic's id, for the sidecar."
  value       = google_pubsub_topic.usage.id
}

output "table" {
  description = "The table as SQL names it."
  value       = "${var.project_id}.${google_bigquery_table.usage.dataset_id}.${google_bigquery_table.usage.table_id}"
}

output "columns" {
  description = "The table's columns as they follow from the schema."
  value       = local.columns
}

output "dead_letters" {
  description = "Subscription that holds what BigQuery wouldn't take."
  value       = google_pubsub_subscription.dead.id
}
