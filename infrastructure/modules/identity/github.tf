resource "google_iam_workload_identity_pool" "github" {
  project                   = var.project_id
  workload_identity_pool_id = "github"
  display_name              = "GitHub Actions"
  description               = "Workflows of one repository."
}

locals {
  # All of it must hold. Ids, since a deleted name can be registered by another; no pull_request_target, since it runs with
  # the base's rights on what a stranger sent.
  github_condition = join(" && ", [
    "assertion.repository_id == '${var.github.repository_id}'",
    "assertion.repository_owner_id == '${var.github.owner_id}'",
    "assertion.repository == '${var.github.repository}'",
    "assertion.event_name != 'pull_request_target'",
    "(assertion.event_name == 'pull_request' || assertion.ref in [${join(", ", [for ref in var.github.refs : "'${ref}'"])}])",
  ])
}

resource "google_iam_workload_identity_pool_provider" "github" {
  project                            = var.project_id
  workload_identity_pool_id          = google_iam_workload_identity_pool.github.workload_identity_pool_id
  workload_identity_pool_provider_id = "github"
  display_name                       = "GitHub Actions"
  attribute_condition                = local.github_condition

  attribute_mapping = {
    "google.subject"          = "assertion.sub"
    "attribute.repository_id" = "assertion.repository_id"
    "attribute.ref"           = "assertion.ref"
    "attribute.actor"         = "assertion.actor"
  }

  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}
