module "observability" {
  source     = "../../modules/observability"
  project_id = var.project_id
  channels   = { on-call = { type = "email", labels = { email_address = var.alert_email } } }
  dashboards = { gateway = "${path.module}/../../modules/observability/examples/dashboard.json" }
  alerts     = { errors = "${path.module}/../../modules/observability/examples/alert.json" }
  slos       = { availability = "${path.module}/../../modules/observability/examples/slo.json" }
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
