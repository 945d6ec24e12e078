module "events" {
  source              = "../../modules/events"
  project_id          = var.project_id
  project_number      = local.number
  region              = var.region
  publishers          = { gateway = module.identity.members["sluice-gateway"] }
  table               = { retention_days = 60 }
  deletion_protection = false # dev: it may be torn down.

  keys = {
    topic = module.kms.key_ids["events"]
    table = module.kms.key_ids["usage"]
  }
}
