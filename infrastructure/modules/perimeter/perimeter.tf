locals {
  parent    = "accessPolicies/${var.access_policy}"
  resources = [for number in var.project_numbers : "projects/${number}"]
  # One of the two blocks of the perimeter, the same either way.
  modes = var.dry_run ? { spec = true } : { status = true }
}

resource "google_access_context_manager_access_level" "entrance" {
  for_each = { for label, entrance in var.entrances : label => entrance if length(entrance.ranges) > 0 }

  parent = local.parent
  name   = "${local.parent}/accessLevels/${var.name}_${replace(each.key, "-", "_")}"
  title  = "${var.name} ${each.key}"

  basic {
    conditions {
      ip_subnetworks = each.value.ranges
    }
  }
}

resource "google_access_context_manager_service_perimeter" "this" {
  parent                    = local.parent
  name                      = "${local.parent}/servicePerimeters/${var.name}"
  title                     = var.name
  description               = "Prompts, usage and secrets stay in these projects, whoever holds a credential."
  perimeter_type            = "PERIMETER_TYPE_REGULAR"
  use_explicit_dry_run_spec = var.dry_run

  dynamic "status" {
    for_each = { for mode, on in local.modes : mode => on if mode == "status" }
    content {
      resources           = local.resources
      restricted_services = var.services

      vpc_accessible_services {
        enable_restriction = true
        allowed_services   = ["RESTRICTED-SERVICES"]
      }

      dynamic "ingress_policies" {
        for_each = var.entrances
        content {
          title = ingress_policies.key
          ingress_from {
            identities = ingress_policies.value.identities
            sources {
              access_level = try(google_access_context_manager_access_level.entrance[ingress_policies.key].name, "*")
            }
          }
          ingress_to {
            resources = local.resources
            dynamic "operations" {
              for_each = ingress_policies.value.services
              content {
                service_name = operations.value
                method_selectors {
                  method = "*"
                }
              }
            }
          }
        }
      }
    }
  }

  dynamic "spec" {
    for_each = { for mode, on in local.modes : mode => on if mode == "spec" }
    content {
      resources           = local.resources
      restricted_services = var.services

      vpc_accessible_services {
        enable_restriction = true
        allowed_services   = ["RESTRICTED-SERVICES"]
      }

      dynamic "ingress_policies" {
        for_each = var.entrances
        content {
          title = ingress_policies.key
          ingress_from {
            identities = ingress_policies.value.identities
            sources {
              access_level = try(google_access_context_manager_access_level.entrance[ingress_policies.key].name, "*")
            }
          }
          ingress_to {
            resources = local.resources
            dynamic "operations" {
              for_each = ingress_policies.value.services
              content {
                service_name = operations.value
                method_selectors {
                  method = "*"
                }
              }
            }
          }
        }
      }
    }
  }
  # No egress_policies, on purpose: nothing inside has to write to a project outside.
}
