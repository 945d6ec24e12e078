module "events" {
  source              = "../../modules/events"
  project_id          = var.project_id
  project_number      = local.number
  region              = var.region
  publishers          = { gateway = module.identity.members["sluice-gateway"] }
  readers             = var.finance_group == null ? {} : { finance = var.finance_group }
  deletion_protection = true

  keys = {
    topic = module.kms.key_ids["events"]
    table = module.kms.key_ids["usage"]
  }
}
