resource "google_compute_router" "this" {
  for_each = local.exits

  project = var.project_id
  network = google_compute_network.this[each.value.spoke].id
  name    = "${var.name}-${each.key}"
  region  = each.value.region
}

resource "google_compute_router_nat" "this" {
  for_each = local.exits

  project                             = var.project_id
  router                              = google_compute_router.this[each.key].name
  region                              = each.value.region
  name                                = "${var.name}-${each.key}"
  nat_ip_allocate_option              = "AUTO_ONLY"
  source_subnetwork_ip_ranges_to_nat  = "ALL_SUBNETWORKS_ALL_IP_RANGES"
  enable_dynamic_port_allocation      = true
  enable_endpoint_independent_mapping = false # Excluded by dynamic ports.
  min_ports_per_vm                    = 64
  max_ports_per_vm                    = 8192

  log_config {
    enable = true
    filter = "ERRORS_ONLY"
  }
}
