resource "google_pubsub_subscription" "bigquery" {
  project                    = var.project_id
  name                       = "usage-to-bigquery"
  topic                      = google_pubsub_topic.usage.id
  ack_deadline_seconds       = 60
  message_retention_duration = "604800s"
  labels                     = var.labels

  bigquery_config {
    table               = "${var.project_id}.${google_bigquery_table.usage.dataset_id}.${google_bigquery_table.usage.table_id}"
    use_topic_schema    = true
    write_metadata      = true # publish_time and message_id tell deliveries of one event apart.
    drop_unknown_fields = true # A newer schema's field waits for its column; the event doesn't.
  }

  expiration_policy {
    ttl = "" # Never, however quiet it is.
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead.id
    max_delivery_attempts = 10
  }

  depends_on = [google_bigquery_table_iam_member.agent, google_pubsub_topic_iam_member.dead_letter]
}

# Where events end that BigQuery won't take. Without a subscription the topic would forget them.
resource "google_pubsub_topic" "dead" {
  project                    = var.project_id
  name                       = "usage-dead-letters"
  kms_key_name               = var.keys.topic
  message_retention_duration = "2678400s"
  labels                     = var.labels

  message_storage_policy {
    allowed_persistence_regions = [var.region]
    enforce_in_transit          = true
  }
}

resource "google_pubsub_subscription" "dead" {
  project                    = var.project_id
  name                       = "usage-dead-letters"
  topic                      = google_pubsub_topic.dead.id
  ack_deadline_seconds       = 60
  message_retention_duration = "2678400s"
  retain_acked_messages      = true
  labels                     = var.labels

  expiration_policy {
    ttl = ""
  }
}

# Dead letters are Pub/Sub's own doing: its agent takes from the one and publishes to the other.
resource "google_pubsub_topic_iam_member" "dead_letter" {
  project = var.project_id
  topic   = google_pubsub_topic.dead.name
  role    = "roles/pubsub.publisher"
  member  = local.agent
}

resource "google_pubsub_subscription_iam_member" "dead_letter" {
  project      = var.project_id
  subscription = google_pubsub_subscription.bigquery.name
  role         = "roles/pubsub.subscriber"
  member       = local.agent
}
