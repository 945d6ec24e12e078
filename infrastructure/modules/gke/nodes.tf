resource "google_container_node_pool" "this" {
  for_each = var.pools

  project        = var.project_id
  cluster        = google_container_cluster.this.id
  name           = each.key
  location       = var.region
  node_locations = var.zones

  autoscaling {
    total_min_node_count = each.value.min_nodes
    total_max_node_count = each.value.max_nodes
    location_policy      = each.value.spot ? "ANY" : "BALANCED"
  }

  management {
    auto_repair  = true
    auto_upgrade = true
  }

  # A new node is there before an old one drains: with the gateway's disruption budget nothing is cut off.
  upgrade_settings {
    strategy        = "SURGE"
    max_surge       = 1
    max_unavailable = 0
  }

  network_config {
    enable_private_nodes = true
  }

  node_config {
    machine_type      = each.value.machine_type
    image_type        = "COS_CONTAINERD"
    disk_size_gb      = each.value.disk_gb
    disk_type         = each.value.disk_type
    boot_disk_kms_key = var.keys.disks
    spot              = each.value.spot
    service_account   = var.node_account
    oauth_scopes      = ["https://www.googleapis.com/auth/cloud-platform"] # The service account's roles are the limit.
    labels            = merge(var.labels, each.value.labels)
    resource_labels   = var.labels
    metadata          = { disable-legacy-endpoints = "true" }

    shielded_instance_config {
      enable_secure_boot          = true
      enable_integrity_monitoring = true
    }

    workload_metadata_config {
      mode = "GKE_METADATA" # Pods see their own identity, never the node's.
    }

    kubelet_config {
      insecure_kubelet_readonly_port_enabled = "FALSE"
      pod_pids_limit                         = 4096
    }

    dynamic "taint" {
      for_each = each.value.taints
      content {
        key    = taint.value.key
        value  = taint.value.value
        effect = taint.value.effect
      }
    }
  }

  lifecycle {
    ignore_changes = [initial_node_count] # The autoscaler's.
  }
}
