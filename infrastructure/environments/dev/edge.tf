module "edge" {
  source = "../../modules/edge"
  count  = var.images == null ? 0 : 1

  project_id     = var.project_id
  domains        = var.domains
  allowed_ranges = var.allowed_ranges

  backends = {
    serverless = true
    groups     = { run = module.cloud_run[0].backend_group }
  }
}
