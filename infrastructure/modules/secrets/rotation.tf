resource "google_pubsub_topic" "rotation" {
  project                    = var.project_id
  name                       = "secret-rotation"
  kms_key_name               = var.topic_key
  message_retention_duration = "604800s"
  labels                     = var.labels
}

resource "google_pubsub_topic_iam_member" "agent" {
  project = var.project_id
  topic   = google_pubsub_topic.rotation.name
  role    = "roles/pubsub.publisher"
  member  = "serviceAccount:service-${var.project_number}@gcp-sa-secretmanager.iam.gserviceaccount.com"
}
