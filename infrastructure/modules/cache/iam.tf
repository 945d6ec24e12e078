resource "google_project_iam_member" "user" {
  for_each = var.users

  project = var.project_id
  role    = "roles/memorystore.dbConnectionUser"
  member  = each.value

  condition {
    title       = "only-${var.name}"
    description = "This instance and no other."
    expression  = "resource.name == \"projects/${var.project_id}/locations/${var.region}/instances/${var.name}\""
  }
}
