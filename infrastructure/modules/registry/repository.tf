resource "google_artifact_registry_repository" "this" {
  project       = var.project_id
  location      = var.region
  repository_id = var.name
  description   = "Images of Envoy with the filter, of the sidecar, and of the load balancer's plugin."
  format        = "DOCKER"
  mode          = "STANDARD_REPOSITORY"
  kms_key_name  = var.key
  labels        = var.labels

  docker_config {
    immutable_tags = true # A tag says once and for all which digest it is.
  }

  vulnerability_scanning_config {
    enablement_config = "INHERITED" # On where the project has the scanning API enabled.
  }

  cleanup_policy_dry_run = false

  cleanup_policies {
    id     = "keep-newest"
    action = "KEEP"
    most_recent_versions {
      keep_count = var.keep.versions
    }
  }

  cleanup_policies {
    id     = "drop-untagged"
    action = "DELETE"
    condition {
      tag_state  = "UNTAGGED"
      older_than = "${var.keep.days * 86400}s"
    }
  }
}

resource "google_project_service" "scanning" {
  project            = var.project_id
  service            = "containerscanning.googleapis.com"
  disable_on_destroy = false # Others may rely on it.
}
