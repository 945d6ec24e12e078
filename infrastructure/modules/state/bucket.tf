resource "google_storage_bucket" "state" {
  project                     = var.project_id
  name                        = var.name
  location                    = var.location
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false

  versioning {
    enabled = true # A state that an apply has broken can be had back.
  }

  encryption {
    default_kms_key_name = var.key
  }

  soft_delete_policy {
    retention_duration_seconds = 2592000
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      num_newer_versions = 50
      with_state         = "ARCHIVED"
    }
  }

  logging {
    log_bucket        = google_storage_bucket.log.name
    log_object_prefix = "state"
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "google_storage_bucket" "log" {
  project                     = var.project_id
  name                        = "${var.name}-log"
  location                    = var.location
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  encryption {
    default_kms_key_name = var.key
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age = 400
    }
  }
}
