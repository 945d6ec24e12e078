resource "google_vertex_ai_endpoint" "this" {
  for_each = var.endpoints

  project      = var.project_id
  location     = var.region
  region       = var.region
  name         = each.key
  display_name = each.value.display_name
  description  = each.value.description
  labels       = var.labels
  # Null leaves the split to whoever deploys: the attribute is computed then.
  traffic_split = each.value.traffic_split == null ? null : jsonencode(each.value.traffic_split)

  encryption_spec {
    kms_key_name = var.key
  }

  private_service_connect_config {
    enable_private_service_connect = true
    project_allowlist              = var.consumer_projects
  }

  # No predict_request_response_logging_config, on purpose: it would write prompts into BigQuery.
}
