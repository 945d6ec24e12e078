locals {
  # Service agents, named as Google documents them. Those of Pub/Sub, Secret Manager, Artifact Registry and Memorystore exist
  # once the API was used, or after `gcloud beta services identity create`.
  agents = {
    "aiplatform.googleapis.com"       = "service-${var.project_number}@gcp-sa-aiplatform.iam.gserviceaccount.com"
    "artifactregistry.googleapis.com" = "service-${var.project_number}@gcp-sa-artifactregistry.iam.gserviceaccount.com"
    "bigquery.googleapis.com"         = "bq-${var.project_number}@bigquery-encryption.iam.gserviceaccount.com"
    "compute.googleapis.com"          = "service-${var.project_number}@compute-system.iam.gserviceaccount.com"
    "container.googleapis.com"        = "service-${var.project_number}@container-engine-robot.iam.gserviceaccount.com"
    "memorystore.googleapis.com"      = "service-${var.project_number}@gcp-sa-memorystore.iam.gserviceaccount.com"
    "pubsub.googleapis.com"           = "service-${var.project_number}@gcp-sa-pubsub.iam.gserviceaccount.com"
    "run.googleapis.com"              = "service-${var.project_number}@serverless-robot-prod.iam.gserviceaccount.com"
    "secretmanager.googleapis.com"    = "service-${var.project_number}@gcp-sa-secretmanager.iam.gserviceaccount.com"
    "storage.googleapis.com"          = "service-${var.project_number}@gs-project-accounts.iam.gserviceaccount.com"
  }
  users = merge([for name, key in var.keys : merge(
    { for service in key.services : "${name}/${service}" => { key = name, member = "serviceAccount:${local.agents[service]}" } },
    { for label, member in key.members : "${name}/${label}" => { key = name, member = member } },
  )]...)
}

resource "google_kms_crypto_key_iam_member" "user" {
  for_each = local.users

  crypto_key_id = google_kms_crypto_key.this[each.value.key].id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = each.value.member
}
