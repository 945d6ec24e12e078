locals {
  gateway_port = 10000
  sidecar_port = 8082 # Data plane, loopback.
  admin_port   = 8081
  documents    = { for name, secret in var.documents : name => merge(secret, { folder = replace(trimsuffix(lower(name), "_file"), "_", "-") }) }
}

resource "google_cloud_run_v2_service" "this" {
  project             = var.project_id
  location            = var.region
  name                = var.name
  labels              = var.labels
  deletion_protection = var.deletion_protection

  # Only the load balancer (and Google's own services of this project) reaches it; there is no other address.
  ingress              = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  default_uri_disabled = true
  # Envoy authenticates callers. IAM's check would want an identity token of Google's from each of them, and the way around it,
  # allUsers as an invoker, would be a grant to the world.
  invoker_iam_disabled = true

  binary_authorization {
    use_default = true
  }

  template {
    service_account                  = var.service_account
    execution_environment            = "EXECUTION_ENVIRONMENT_GEN2"
    encryption_key                   = var.key
    timeout                          = "${var.timeout_seconds}s"
    max_instance_request_concurrency = var.scaling.concurrency

    scaling {
      min_instance_count = var.scaling.min
      max_instance_count = var.scaling.max
    }

    vpc_access {
      egress = "ALL_TRAFFIC"
      network_interfaces {
        network    = var.network.id
        subnetwork = var.network.subnet_id
      }
    }

    dynamic "volumes" {
      for_each = var.callers
      content {
        name = replace(volumes.key, "_", "-")
        secret {
          secret       = volumes.value.secret
          default_mode = 292 # 0444: Envoy isn't root.
          items {
            path    = "config.json"
            version = volumes.value.version
          }
        }
      }
    }

    dynamic "volumes" {
      for_each = local.documents
      content {
        name = volumes.value.folder
        secret {
          secret       = volumes.value.secret
          default_mode = 292
          items {
            path    = "document.json"
            version = volumes.value.version
          }
        }
      }
    }

    containers {
      name       = "envoy"
      image      = var.images.envoy
      depends_on = ["sidecar"]

      ports {
        name           = "http1"
        container_port = local.gateway_port
      }

      resources {
        limits            = { cpu = var.resources.envoy.cpu, memory = var.resources.envoy.memory }
        cpu_idle          = false
        startup_cpu_boost = true # V8 compiles the filter before the first request.
      }

      dynamic "volume_mounts" {
        for_each = var.callers
        content {
          name       = replace(volume_mounts.key, "_", "-")
          mount_path = "/etc/sluice/callers/${volume_mounts.key}"
        }
      }

      startup_probe {
        period_seconds    = 1
        failure_threshold = 60
        tcp_socket {
          port = local.gateway_port
        }
      }
    }

    containers {
      name  = "sidecar"
      image = var.images.sidecar

      resources {
        limits   = { cpu = var.resources.sidecar.cpu, memory = var.resources.sidecar.memory }
        cpu_idle = false # Instance-based: see the README.
      }

      dynamic "env" {
        for_each = merge(
          var.environment,
          { for name, document in local.documents : name => "/etc/sluice/${document.folder}/document.json" },
          { SIDECAR_DATA_ADDR = "127.0.0.1:${local.sidecar_port}", SIDECAR_PORT = tostring(local.admin_port) },
        )
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = var.secrets
        content {
          name = env.key
          value_source {
            secret_key_ref {
              secret  = env.value.secret
              version = env.value.version
            }
          }
        }
      }

      dynamic "volume_mounts" {
        for_each = local.documents
        content {
          name       = volume_mounts.value.folder
          mount_path = "/etc/sluice/${volume_mounts.value.folder}"
        }
      }

      startup_probe {
        period_seconds    = 1
        failure_threshold = 60
        http_get {
          path = "/readyz"
          port = local.admin_port
        }
      }

      liveness_probe {
        period_seconds    = 10
        failure_threshold = 3
        http_get {
          path = "/healthz"
          port = local.admin_port
        }
      }
    }
  }

  dynamic "traffic" {
    for_each = var.canary == null ? [] : [var.canary]
    content {
      type     = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"
      revision = traffic.value.revision
      percent  = traffic.value.percent
    }
  }

  traffic {
    type    = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"
    percent = var.canary == null ? 100 : 100 - var.canary.percent
  }
}
