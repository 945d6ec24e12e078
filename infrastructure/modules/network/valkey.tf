# Lets Memorystore put its endpoints (Private Service Connect) into the subnets that say so.
resource "google_network_connectivity_service_connection_policy" "valkey" {
  for_each = { for name, subnet in local.subnets : name => subnet if subnet.valkey }

  project       = var.project_id
  name          = "${var.name}-${each.key}-valkey"
  location      = each.value.region
  service_class = "gcp-memorystore"
  network       = google_compute_network.this[each.value.spoke].id
  labels        = var.labels

  psc_config {
    subnetworks = [google_compute_subnetwork.this[each.key].id]
  }
}
