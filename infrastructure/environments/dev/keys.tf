module "kms" {
  source         = "../../modules/kms"
  project_id     = var.project_id
  project_number = local.number
  location       = var.region

  keys = {
    events  = { services = ["pubsub.googleapis.com"] }
    images  = { services = ["artifactregistry.googleapis.com", "storage.googleapis.com"] }
    run     = { services = ["run.googleapis.com"] }
    secrets = { services = ["secretmanager.googleapis.com"] }
    usage   = { services = ["bigquery.googleapis.com"] }
    vertex  = { services = ["aiplatform.googleapis.com", "storage.googleapis.com"] }
  }

  depends_on = [google_project_service.this]
}
