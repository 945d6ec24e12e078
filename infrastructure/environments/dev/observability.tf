module "observability" {
  source     = "../../modules/observability"
  project_id = var.project_id
  channels   = { team = { type = "email", labels = { email_address = var.alert_email } } }
  dashboards = { gateway = "${path.module}/../../modules/observability/examples/dashboard.json" }
  alerts     = { errors = "${path.module}/../../modules/observability/examples/alert.json" }
}

module "budget" {
  source = "../../modules/budget"
  count  = var.billing == null ? 0 : 1

  billing_account       = var.billing.account
  project_numbers       = [local.number]
  budgets               = { sluice-dev = { amount = var.billing.amount } }
  notification_channels = module.observability.channels
}
