resource "google_org_policy_policy" "allowed_models" {
  count = length(var.allowed_models) == 0 ? 0 : 1

  name   = "projects/${var.project_id}/policies/vertexai.allowedModels"
  parent = "projects/${var.project_id}"

  spec {
    rules {
      values {
        allowed_values = var.allowed_models
      }
    }
  }
}
