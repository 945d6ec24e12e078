resource "google_memorystore_instance" "this" {
  project        = var.project_id
  location       = var.region
  instance_id    = var.name
  engine_version = var.engine_version
  mode           = "CLUSTER"
  node_type      = var.size.node_type
  shard_count    = var.size.shards
  replica_count  = var.size.replicas
  kms_key        = var.key
  labels         = var.labels

  transit_encryption_mode     = "SERVER_AUTHENTICATION" # TLS; there is no port without.
  authorization_mode          = "IAM_AUTH"              # Short-lived tokens; there is no password.
  deletion_protection_enabled = var.deletion_protection

  zone_distribution_config {
    mode = "MULTI_ZONE"
  }

  # Ledger and leases must not be evicted to make room for answers: what carries a time to live goes first.
  engine_configs = { maxmemory-policy = "volatile-lru" }

  persistence_config {
    mode = "AOF"
    aof_config {
      append_fsync = "EVERY_SEC"
    }
  }

  dynamic "automated_backup_config" {
    for_each = var.backup_days > 0 ? [var.backup_days] : []
    content {
      retention = "${automated_backup_config.value * 86400}s"
      fixed_frequency_schedule {
        start_time {
          hours = 2
        }
      }
    }
  }

  maintenance_policy {
    weekly_maintenance_window {
      day = "SUNDAY"
      start_time {
        hours = 3
      }
    }
  }

  desired_auto_created_endpoints {
    network    = var.network.id
    project_id = var.project_id
  }

  lifecycle {
    precondition {
      condition     = var.network.policy != ""
      error_message = "The subnet needs a policy that lets Memorystore in: the network module makes it for subnets with valkey = true."
    }
  }
}
