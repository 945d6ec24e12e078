module "edge" {
  source = "../../modules/edge"
  count  = var.backend == null ? 0 : 1

  project_id = var.project_id
  domains    = var.domains
  plugin     = var.plugin

  backends = {
    serverless  = false
    groups      = { for zone in var.zones : zone => "projects/${var.project_id}/zones/${zone}/networkEndpointGroups/${var.backend.groups}" }
    server_name = var.backend.server_name
    ca_pem      = var.backend.ca_pem
  }

  depends_on = [module.gke]
}
