# The hub is Network Connectivity Center's: it exchanges the subnets' routes among VPCs. VPC peering would not do: it isn't
# transitive. Neither carries a VPC's NAT or its endpoint for Google's APIs to another, so each spoke has its own.
resource "google_network_connectivity_hub" "this" {
  project         = var.project_id
  name            = "${var.name}-hub"
  description     = "Joins the VPCs of ${var.name}."
  preset_topology = "MESH"
  policy_mode     = "PRESET"
  export_psc      = true # Valkey's endpoints can be reached from other spokes.
  labels          = var.labels
}

resource "google_network_connectivity_spoke" "this" {
  for_each = var.spokes

  project  = var.project_id
  hub      = google_network_connectivity_hub.this.id
  name     = "${var.name}-${each.key}"
  location = "global"
  labels   = var.labels

  linked_vpc_network {
    uri = google_compute_network.this[each.key].self_link
    # Pods' ranges stay in their VPC: nobody else has business with them.
    exclude_export_ranges = compact(flatten([for subnet in values(each.value.subnets) : [subnet.pods, subnet.services]]))
  }
}

resource "google_compute_network" "this" {
  for_each = var.spokes

  project                         = var.project_id
  name                            = "${var.name}-${each.key}"
  auto_create_subnetworks         = false
  routing_mode                    = "GLOBAL"
  delete_default_routes_on_create = !each.value.nat
  # GKE writes its own firewall rules into the VPC; the policy in firewall.tf has the last word for all that they don't name.
  network_firewall_policy_enforcement_order = "AFTER_CLASSIC_FIREWALL"
}

locals {
  subnets = merge([for spoke, config in var.spokes : { for name, subnet in config.subnets : "${spoke}-${name}" => merge(subnet, { spoke = spoke }) }]...)
  # Regions that need a way out, by spoke.
  exits = merge([for spoke, config in var.spokes : { for region in distinct(values(config.subnets)[*].region) : "${spoke}-${region}" => { spoke = spoke, region = region } } if config.nat]...)
}

resource "google_compute_subnetwork" "this" {
  for_each = local.subnets

  project                  = var.project_id
  network                  = google_compute_network.this[each.value.spoke].id
  name                     = "${var.name}-${each.key}"
  region                   = each.value.region
  ip_cidr_range            = each.value.range
  private_ip_google_access = true
  stack_type               = "IPV4_ONLY"

  dynamic "secondary_ip_range" {
    for_each = { for kind, range in { pods = each.value.pods, services = each.value.services } : kind => range if range != null }
    content {
      range_name    = secondary_ip_range.key
      ip_cidr_range = secondary_ip_range.value
    }
  }

  dynamic "log_config" {
    for_each = var.flow_log_sampling > 0 ? [var.flow_log_sampling] : []
    content {
      aggregation_interval = "INTERVAL_5_SEC"
      flow_sampling        = log_config.value
      metadata             = "INCLUDE_ALL_METADATA"
    }
  }
}
