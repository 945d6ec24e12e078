resource "google_compute_backend_service" "this" {
  project               = var.project_id
  name                  = var.name
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS" # Encrypted again on the way to Envoy.
  security_policy       = google_compute_security_policy.this.id
  health_checks         = var.backends.serverless ? null : [google_compute_health_check.this[0].id]
  # Serverless groups take no timeout: Cloud Run's own is the limit.
  timeout_sec                     = var.backends.serverless ? null : var.timeout_seconds
  connection_draining_timeout_sec = var.backends.serverless ? null : min(var.timeout_seconds, 3600)
  locality_lb_policy              = var.backends.serverless ? null : "LEAST_REQUEST" # Requests differ by a thousand times in what they take.
  compression_mode                = "DISABLED"                                       # Would hold back a stream's events.

  dynamic "backend" {
    for_each = var.backends.groups
    content {
      group                 = backend.value
      description           = backend.key
      balancing_mode        = var.backends.serverless ? null : "RATE"
      max_rate_per_endpoint = var.backends.serverless ? null : var.backends.max_rate
      capacity_scaler       = var.backends.serverless ? null : 1
    }
  }

  # Whose certificate counts: a backend that can't show it gets nothing.
  dynamic "tls_settings" {
    for_each = var.backends.serverless ? [] : [var.backends.server_name]
    content {
      sni                   = tls_settings.value
      authentication_config = "//networksecurity.googleapis.com/${google_network_security_backend_authentication_config.this[0].id}"
      subject_alt_names {
        dns_name = tls_settings.value
      }
    }
  }

  dynamic "outlier_detection" {
    for_each = var.backends.serverless ? [] : [1]
    content {
      consecutive_gateway_failure           = 5
      enforcing_consecutive_gateway_failure = 100
      # Envoy's 5xx are mostly Vertex AI's, or its budgets' word: no reason to take it out.
      enforcing_consecutive_errors = 0
      enforcing_success_rate       = 0
      max_ejection_percent         = 50
      base_ejection_time {
        seconds = 30
      }
      interval {
        seconds = 5
      }
    }
  }

  log_config {
    enable          = var.logging_sample_rate > 0
    sample_rate     = var.logging_sample_rate
    optional_mode   = "CUSTOM"
    optional_fields = ["tls.protocol", "tls.cipher"]
  }
}

resource "google_compute_health_check" "this" {
  count = var.backends.serverless ? 0 : 1

  project             = var.project_id
  name                = var.name
  check_interval_sec  = 5
  timeout_sec         = 2
  healthy_threshold   = 1
  unhealthy_threshold = 2

  https_health_check {
    port         = var.backends.port
    request_path = var.backends.health_path
  }

  log_config {
    enable = true
  }
}

resource "google_network_security_backend_authentication_config" "this" {
  count = var.backends.serverless ? 0 : 1

  project          = var.project_id
  location         = "global"
  name             = var.name
  description      = "Whose signature Envoy's certificate needs."
  trust_config     = google_certificate_manager_trust_config.backend[0].id
  well_known_roots = "NONE"
  labels           = var.labels
}

resource "google_certificate_manager_trust_config" "backend" {
  count = var.backends.serverless ? 0 : 1

  project     = var.project_id
  location    = "global"
  name        = "${var.name}-backend"
  description = "Who signs Envoy's certificate."
  labels      = var.labels

  trust_stores {
    trust_anchors {
      pem_certificate = var.backends.ca_pem
    }
  }
}
