# Nothing comes in and nothing goes out but what is named here. Lower numbers win.
resource "google_compute_network_firewall_policy" "this" {
  for_each = var.spokes

  project     = var.project_id
  name        = "${var.name}-${each.key}"
  description = "Denies all that it doesn't name."
}

resource "google_compute_network_firewall_policy_association" "this" {
  for_each = var.spokes

  project           = var.project_id
  name              = "${var.name}-${each.key}"
  firewall_policy   = google_compute_network_firewall_policy.this[each.key].id
  attachment_target = google_compute_network.this[each.key].id
}

locals {
  # Google's front ends and health checks, and nobody else: the load balancer's documented sources.
  load_balancer_ranges = ["35.191.0.0/16", "130.211.0.0/22"]
  inside               = { for spoke, config in var.spokes : spoke => compact(flatten([for subnet in values(config.subnets) : [subnet.range, subnet.pods, subnet.services]])) }

  rules = merge([for spoke, config in var.spokes : merge(
    {
      "${spoke}-google-apis" = { spoke = spoke, priority = 1000, direction = "EGRESS", action = "allow", ranges = ["${config.google_apis_ip}/32"], protocol = "tcp", ports = ["443"], accounts = [], what = "Google's APIs, at their endpoint in this VPC." }
      "${spoke}-inside-out"  = { spoke = spoke, priority = 1100, direction = "EGRESS", action = "allow", ranges = local.inside[spoke], protocol = "all", ports = [], accounts = [], what = "Within the VPC: nodes, pods, Valkey's endpoints." }
      "${spoke}-inside-in"   = { spoke = spoke, priority = 1100, direction = "INGRESS", action = "allow", ranges = local.inside[spoke], protocol = "all", ports = [], accounts = [], what = "Within the VPC. Which pod may call which is the network policies' word." }
      "${spoke}-deny-out"    = { spoke = spoke, priority = 65000, direction = "EGRESS", action = "deny", ranges = ["0.0.0.0/0"], protocol = "all", ports = [], accounts = [], what = "All else." }
      "${spoke}-deny-in"     = { spoke = spoke, priority = 65000, direction = "INGRESS", action = "deny", ranges = ["0.0.0.0/0"], protocol = "all", ports = [], accounts = [], what = "All else." }
    },
    config.load_balanced_port == null ? {} : {
      "${spoke}-load-balancer" = { spoke = spoke, priority = 1200, direction = "INGRESS", action = "allow", ranges = local.load_balancer_ranges, protocol = "tcp", ports = [tostring(config.load_balanced_port)], accounts = config.load_balanced_accounts, what = "From the load balancer to Envoy, at one port." }
    },
    length(config.egress_ports) == 0 ? {} : {
      "${spoke}-internet" = { spoke = spoke, priority = 2000, direction = "EGRESS", action = "allow", ranges = ["0.0.0.0/0"], protocol = "tcp", ports = config.egress_ports, accounts = [], what = "The internet, through NAT." }
    },
  )]...)
}

resource "google_compute_network_firewall_policy_rule" "this" {
  for_each = local.rules

  project                 = var.project_id
  firewall_policy         = google_compute_network_firewall_policy.this[each.value.spoke].id
  rule_name               = each.key
  description             = each.value.what
  priority                = each.value.priority
  direction               = each.value.direction
  action                  = each.value.action
  target_service_accounts = each.value.accounts
  enable_logging          = each.value.action == "deny"

  match {
    src_ip_ranges  = each.value.direction == "INGRESS" ? each.value.ranges : null
    dest_ip_ranges = each.value.direction == "EGRESS" ? each.value.ranges : null

    layer4_configs {
      ip_protocol = each.value.protocol
      ports       = each.value.ports
    }
  }
}
