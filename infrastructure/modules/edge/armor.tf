locals {
  everywhere = ["*"]

  # Rule sets sorted by name: a set that is added doesn't move the others' priorities by more than it must.
  waf = { for index, name in sort(keys(var.waf_rules)) : name => merge(var.waf_rules[name], { priority = 3000 + 10 * index }) }

  denied = { for index, ranges in chunklist(var.denied_ranges, 10) : tostring(100 + index) => ranges }
}

resource "google_compute_security_policy" "this" {
  project     = var.project_id
  name        = var.name
  description = "Floods, scanners and known attacks. Who a caller is, and what it may spend, is Envoy's to say."
  type        = "CLOUD_ARMOR"
  labels      = var.labels

  adaptive_protection_config {
    layer_7_ddos_defense_config {
      enable          = true
      rule_visibility = "STANDARD"
    }
  }

  advanced_options_config {
    json_parsing = "STANDARD"
    log_level    = "NORMAL" # VERBOSE would write what matched, which is a piece of a prompt.
  }

  dynamic "rule" {
    for_each = local.denied
    content {
      priority    = tonumber(rule.key)
      action      = "deny(403)"
      description = "Denied ranges."
      match {
        versioned_expr = "SRC_IPS_V1"
        config {
          src_ip_ranges = rule.value
        }
      }
    }
  }

  dynamic "rule" {
    for_each = length(var.allowed_ranges) == 0 ? [] : [join(" || ", [for range in var.allowed_ranges : "inIpRange(origin.ip, '${range}')"])]
    content {
      priority    = 900
      action      = "deny(403)"
      description = "Not from where clients are."
      match {
        expr {
          expression = "!(${rule.value})"
        }
      }
    }
  }

  dynamic "rule" {
    for_each = local.waf
    content {
      priority    = rule.value.priority
      action      = "deny(403)"
      description = rule.key
      preview     = rule.value.preview
      match {
        expr {
          expression = "evaluatePreconfiguredWaf('${rule.key}', {'sensitivity': ${rule.value.sensitivity}})"
        }
      }
    }
  }

  # A credential in a header is limited before its address is: many users share an office's address.
  rule {
    priority    = 4000
    action      = "rate_based_ban"
    description = "Requests by one credential."
    match {
      expr {
        expression = "has(request.headers['authorization'])"
      }
    }
    rate_limit_options {
      conform_action      = "allow"
      exceed_action       = "deny(429)"
      enforce_on_key      = "HTTP_HEADER"
      enforce_on_key_name = "authorization"
      ban_duration_sec    = var.rate_limits.ban_seconds
      rate_limit_threshold {
        count        = var.rate_limits.per_credential
        interval_sec = 60
      }
      ban_threshold {
        count        = var.rate_limits.per_credential * var.rate_limits.ban_factor
        interval_sec = 60
      }
    }
  }

  rule {
    priority    = 4100
    action      = "rate_based_ban"
    description = "Requests by one address."
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = local.everywhere
      }
    }
    rate_limit_options {
      conform_action   = "allow"
      exceed_action    = "deny(429)"
      enforce_on_key   = "IP"
      ban_duration_sec = var.rate_limits.ban_seconds
      rate_limit_threshold {
        count        = var.rate_limits.per_address
        interval_sec = 60
      }
      ban_threshold {
        count        = var.rate_limits.per_address * var.rate_limits.ban_factor
        interval_sec = 60
      }
    }
  }

  # Every request ends at one of the two limits above; what would pass them both has no business here.
  rule {
    priority    = 2147483647
    action      = "deny(403)"
    description = "All else."
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = local.everywhere
      }
    }
  }
}
