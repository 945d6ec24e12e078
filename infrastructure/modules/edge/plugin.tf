resource "google_network_services_wasm_plugin" "this" {
  count = var.plugin == null ? 0 : 1

  project         = var.project_id
  name            = var.name
  description     = "Redacts prompts and restores answers in the load balancer."
  main_version_id = var.plugin.current
  labels          = var.labels

  log_config {
    enable        = true
    sample_rate   = 1
    min_log_level = var.plugin.log_level
  }

  dynamic "versions" {
    for_each = var.plugin.versions
    content {
      version_name       = versions.key
      image_uri          = versions.value.image
      plugin_config_data = versions.value.config == null ? null : base64encode(versions.value.config)
    }
  }
}

resource "google_network_services_lb_traffic_extension" "this" {
  count = var.plugin == null ? 0 : 1

  project               = var.project_id
  location              = "global"
  name                  = var.name
  load_balancing_scheme = "EXTERNAL_MANAGED"
  forwarding_rules      = [google_compute_global_forwarding_rule.https.id]
  labels                = var.labels

  extension_chains {
    name = var.name

    match_condition {
      cel_expression = join(" || ", [for path in var.plugin.paths : "request.path.startsWith('${path}')"])
    }

    extensions {
      name             = var.name
      service          = google_network_services_wasm_plugin.this[0].id
      fail_open        = var.plugin.fail_open
      supported_events = ["REQUEST_HEADERS", "REQUEST_BODY", "RESPONSE_HEADERS", "RESPONSE_BODY"]
    }
  }
}
