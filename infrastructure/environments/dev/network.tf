module "network" {
  source      = "../../modules/network"
  project_id  = var.project_id
  google_apis = "all-apis" # No perimeter in dev.

  spokes = {
    gateway = {
      # Cloud Run takes an address an instance, and twice as many while a revision takes over.
      subnets        = { run = { region = var.region, range = "10.10.0.0/24" } }
      google_apis_ip = "10.255.0.2"
    }
  }

  depends_on = [google_project_service.this]
}
