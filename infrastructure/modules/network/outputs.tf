output "networks" {
  description = "The VPCs by spoke: id and self link."
  value       = { for spoke, network in google_compute_network.this : spoke => { id = network.id, self_link = network.self_link, name = network.name } }
}

output "subnets" {
  description = "The subnets by spoke and name: id, region and range. Secondary ranges are called pods and services."
  value = { for spoke, config in var.spokes : spoke => {
    for name, subnet in config.subnets : name => {
      id     = google_compute_subnetwork.this["${spoke}-${name}"].id
      region = subnet.region
      range  = subnet.range
    }
  } }
}

output "hub_id" {
  description = "The hub, for spokes that are made elsewhere (VPN, Interconnect)."
  value       = google_network_connectivity_hub.this.id
}

output "valkey_policies" {
  description = "Ids of the policies that let Memorystore place endpoints: a cache is made after them."
  value       = { for name, policy in google_network_connectivity_service_connection_policy.valkey : name => policy.id }
}

output "load_balancer_ranges" {
  description = "Sources from which Google's load balancers and health checks come."
  value       = local.load_balancer_ranges
}
