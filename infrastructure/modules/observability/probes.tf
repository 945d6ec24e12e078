resource "google_monitoring_uptime_check_config" "this" {
  count = var.host == null ? 0 : 1

  project          = var.project_id
  display_name     = var.name
  period           = "60s"
  timeout          = "10s"
  selected_regions = ["EUROPE", "USA_OREGON", "ASIA_PACIFIC"]

  http_check {
    path         = var.probe_path
    port         = 443
    use_ssl      = true
    validate_ssl = true
  }

  monitored_resource {
    type   = "uptime_url"
    labels = { project_id = var.project_id, host = var.host }
  }
}
