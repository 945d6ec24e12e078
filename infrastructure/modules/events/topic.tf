locals {
  schema_file = coalesce(var.schema, "${path.module}/schema/usage.avsc")
  schema      = jsondecode(file(local.schema_file))
  agent       = "serviceAccount:service-${var.project_number}@gcp-sa-pubsub.iam.gserviceaccount.com"
}

resource "google_pubsub_schema" "usage" {
  project    = var.project_id
  name       = "usage"
  type       = "AVRO"
  definition = file(local.schema_file)
}

resource "google_pubsub_topic" "usage" {
  project                    = var.project_id
  name                       = "usage"
  kms_key_name               = var.keys.topic
  message_retention_duration = "604800s" # A week, to seek back and fill a table again.
  labels                     = var.labels

  schema_settings {
    schema   = google_pubsub_schema.usage.id
    encoding = var.encoding
  }

  message_storage_policy {
    allowed_persistence_regions = [var.region]
    enforce_in_transit          = true
  }
}

resource "google_pubsub_topic_iam_member" "publisher" {
  for_each = var.publishers

  project = var.project_id
  topic   = google_pubsub_topic.usage.name
  role    = "roles/pubsub.publisher"
  member  = each.value
}
