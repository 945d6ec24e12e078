locals {
  monitoring = "${path.module}/../../monitoring/generated" # Out of one source with Prometheus' rules: monitoring/generate.py.
}

module "observability" {
  source     = "../../modules/observability"
  project_id = var.project_id
  channels   = { on-call = { type = "email", labels = { email_address = var.alert_email } } }
  dashboards = { for name in fileset(local.monitoring, "dashboards/*.json") : trimsuffix(basename(name), ".json") => "${local.monitoring}/${name}" }
  alerts     = { for name in fileset(local.monitoring, "alerts/*.json") : trimsuffix(basename(name), ".json") => "${local.monitoring}/${name}" }
  slos       = { for name in fileset(local.monitoring, "slos/*.json") : trimsuffix(basename(name), ".json") => "${local.monitoring}/${name}" }
  host       = var.backend == null ? null : var.domains[0]
}

module "budget" {
  source                = "../../modules/budget"
  billing_account       = var.billing.account
  project_numbers       = [local.number]
  notification_channels = module.observability.channels

  budgets = {
    sluice-prod   = { amount = var.billing.amount }
    sluice-models = { amount = var.billing.models, services = ["services/C7E2-9256-1C43"] } # Vertex AI
  }
}
