locals {
  forbidden = !var.guard_project ? [] : [
    "iam.disableServiceAccountKeyCreation",
    "iam.disableServiceAccountKeyUpload",
    "iam.automaticIamGrantsForDefaultServiceAccounts",
    "compute.requireOsLogin",
    "compute.requireShieldedVm",
    "compute.skipDefaultNetworkCreation",
    "storage.publicAccessPrevention",
    "storage.uniformBucketLevelAccess",
  ]
}

resource "google_org_policy_policy" "enforced" {
  for_each = toset(local.forbidden)

  name   = "projects/${var.project_id}/policies/${each.value}"
  parent = "projects/${var.project_id}"

  spec {
    rules {
      enforce = "TRUE"
    }
  }
}

resource "google_org_policy_policy" "no_public_address" {
  count = var.guard_project ? 1 : 0

  name   = "projects/${var.project_id}/policies/compute.vmExternalIpAccess"
  parent = "projects/${var.project_id}"

  spec {
    rules {
      deny_all = "TRUE"
    }
  }
}

resource "google_org_policy_policy" "cmek" {
  count = var.guard_project && length(var.cmek_services) > 0 ? 1 : 0

  name   = "projects/${var.project_id}/policies/gcp.restrictNonCmekServices"
  parent = "projects/${var.project_id}"

  spec {
    rules {
      values {
        denied_values = var.cmek_services
      }
    }
  }
}
