resource "google_container_cluster" "this" {
  project  = var.project_id
  name     = var.name
  location = var.region

  node_locations           = var.zones
  network                  = var.network.id
  subnetwork               = var.network.subnet_id
  networking_mode          = "VPC_NATIVE"
  deletion_protection      = var.deletion_protection
  remove_default_node_pool = true # Pools are resources of their own, below.
  initial_node_count       = 1
  resource_labels          = var.labels

  datapath_provider           = "ADVANCED_DATAPATH" # Dataplane V2: network policies are enforced, and logged.
  enable_intranode_visibility = true
  enable_l4_ilb_subsetting    = true
  enable_shielded_nodes       = true
  enable_legacy_abac          = false
  enable_kubernetes_alpha     = false
  # Encrypted between nodes without a word from the workloads; TLS from the load balancer to Envoy is on top of it.
  in_transit_encryption_config = "IN_TRANSIT_ENCRYPTION_INTER_NODE_TRANSPARENT"

  ip_allocation_policy {
    cluster_secondary_range_name  = "pods"
    services_secondary_range_name = "services"
  }

  private_cluster_config {
    enable_private_nodes    = true
    enable_private_endpoint = true
  }

  # From outside of the VPC: the DNS endpoint, behind IAM (and VPC Service Controls), which deploys from GitHub take.
  control_plane_endpoints_config {
    dns_endpoint_config {
      allow_external_traffic = true
    }
    ip_endpoints_config {
      enabled = true
    }
  }

  master_authorized_networks_config {
    gcp_public_cidrs_access_enabled      = false
    private_endpoint_enforcement_enabled = true

    dynamic "cidr_blocks" {
      for_each = var.authorized_ranges
      content {
        display_name = cidr_blocks.key
        cidr_block   = cidr_blocks.value
      }
    }
  }

  master_auth {
    client_certificate_config {
      issue_client_certificate = false
    }
  }

  anonymous_authentication_config {
    mode = "LIMITED" # Health checks only.
  }

  dynamic "authenticator_groups_config" {
    for_each = var.security_group == null ? [] : [var.security_group]
    content {
      security_group = authenticator_groups_config.value
    }
  }

  workload_identity_config {
    workload_pool = "${var.project_id}.svc.id.goog"
  }

  binary_authorization {
    evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"
  }

  database_encryption {
    state    = "ENCRYPTED"
    key_name = var.keys.etcd
  }

  secret_manager_config {
    enabled = true # Secrets are mounted from Secret Manager and never become Kubernetes Secrets.
    rotation_config {
      enabled           = true
      rotation_interval = "120s"
    }
  }

  release_channel {
    channel = var.release_channel
  }

  maintenance_policy {
    recurring_window {
      start_time = var.maintenance.start
      end_time   = var.maintenance.end
      recurrence = var.maintenance.recurrence
    }
  }

  gateway_api_config {
    channel = "CHANNEL_STANDARD"
  }

  vertical_pod_autoscaling {
    enabled = true
  }

  cost_management_config {
    enabled = true
  }

  security_posture_config {
    mode               = "BASIC"
    vulnerability_mode = "VULNERABILITY_BASIC"
  }

  logging_config {
    enable_components = ["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "SCHEDULER", "CONTROLLER_MANAGER"]
  }

  monitoring_config {
    enable_components = ["SYSTEM_COMPONENTS", "POD", "DEPLOYMENT", "HPA"]

    managed_prometheus {
      enabled = true # Scrapes Envoy and sidecar; the alerts of the observability module ask it.
    }
    advanced_datapath_observability_config {
      enable_metrics = true
      enable_relay   = false
    }
  }

  addons_config {
    http_load_balancing {
      disabled = false
    }
    horizontal_pod_autoscaling {
      disabled = false
    }
    dns_cache_config {
      enabled = true
    }
    gce_persistent_disk_csi_driver_config {
      enabled = true
    }
  }

  node_config {
    # Of the pool that is removed right after it was made: what holds for nodes holds for these minutes too.
    service_account   = var.node_account
    oauth_scopes      = ["https://www.googleapis.com/auth/cloud-platform"]
    boot_disk_kms_key = var.keys.disks
    machine_type      = "e2-medium"
    image_type        = "COS_CONTAINERD"
    metadata          = { disable-legacy-endpoints = "true" }

    shielded_instance_config {
      enable_secure_boot          = true
      enable_integrity_monitoring = true
    }
    workload_metadata_config {
      mode = "GKE_METADATA"
    }
  }

  lifecycle {
    ignore_changes = [initial_node_count, node_config] # Both are the removed pool's.
  }
}
