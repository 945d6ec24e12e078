# A caller predicts; it can't see, make or delete models, jobs or endpoints.
resource "google_project_iam_custom_role" "caller" {
  project     = var.project_id
  role_id     = "sluiceModelCaller"
  title       = "Sluice: calls models"
  description = "Calls publisher models and endpoints, and nothing else of Vertex AI."
  permissions = ["aiplatform.endpoints.predict"]
}

resource "google_project_iam_member" "caller" {
  for_each = var.callers

  project = var.project_id
  role    = google_project_iam_custom_role.caller.name
  member  = each.value
}

resource "google_project_iam_custom_role" "publisher" {
  project     = var.project_id
  role_id     = "sluiceModelPublisher"
  title       = "Sluice: publishes models"
  description = "Uploads model versions, deploys them and moves traffic."
  permissions = [
    "aiplatform.endpoints.deploy",
    "aiplatform.endpoints.get",
    "aiplatform.endpoints.list",
    "aiplatform.endpoints.predict",
    "aiplatform.endpoints.undeploy",
    "aiplatform.endpoints.update",
    "aiplatform.models.get",
    "aiplatform.models.list",
    "aiplatform.models.upload",
    "aiplatform.operations.list",
  ]
}

resource "google_project_iam_member" "publisher" {
  for_each = var.publishers

  project = var.project_id
  role    = google_project_iam_custom_role.publisher.name
  member  = each.value
}

resource "google_storage_bucket_iam_member" "publisher" {
  for_each = var.publishers

  bucket = google_storage_bucket.models.name
  role   = "roles/storage.objectUser"
  member = each.value
}
