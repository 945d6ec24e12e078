resource "google_secret_manager_secret" "this" {
  for_each = var.secrets

  project   = var.project_id
  secret_id = each.key
  labels    = var.labels
  # A version that is destroyed by mistake can be had back for a week.
  version_destroy_ttl = "604800s"

  replication {
    user_managed {
      dynamic "replicas" {
        for_each = each.value.regions
        content {
          location = replicas.key
          customer_managed_encryption {
            kms_key_name = replicas.value
          }
        }
      }
    }
  }

  rotation {
    rotation_period    = "${each.value.rotation_days * 86400}s"
    next_rotation_time = var.first_rotation
  }

  topics {
    name = google_pubsub_topic.rotation.id
  }

  lifecycle {
    ignore_changes = [rotation[0].next_rotation_time] # Google moves it on.
  }

  depends_on = [google_pubsub_topic_iam_member.agent] # Secret Manager tries the topic when a secret is made.
}

# No google_secret_manager_secret_version: a value in Terraform is a value in its state. `gcloud secrets versions add` adds it.
