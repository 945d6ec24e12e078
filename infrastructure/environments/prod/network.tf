module "network" {
  source     = "../../modules/network"
  project_id = var.project_id
  # Within a perimeter only what it can guard.
  google_apis = var.perimeter == null ? "all-apis" : "vpc-sc"

  spokes = {
    gateway = {
      subnets = {
        nodes = { region = var.region, range = "10.10.0.0/22", pods = "10.16.0.0/16", services = "10.17.0.0/20" }
        cache = { region = var.region, range = "10.10.4.0/26", valkey = true }
      }
      google_apis_ip         = "10.255.0.2"
      nat                    = true
      egress_ports           = ["443"] # Your identity provider's keys; network policies narrow it to Envoy.
      load_balanced_port     = 8443
      load_balanced_accounts = [module.identity.emails["sluice-node"]]
    }
    # Where people and tools come in, by VPN or Interconnect. It sees the gateway's subnets, and none of its pods.
    shared = {
      subnets        = { tools = { region = var.region, range = "10.20.0.0/24" } }
      google_apis_ip = "10.255.0.3"
    }
  }

  depends_on = [google_project_service.this]
}

module "perimeter" {
  source = "../../modules/perimeter"
  count  = var.perimeter == null ? 0 : 1

  access_policy   = var.perimeter.access_policy
  project_numbers = [local.number]
  dry_run         = var.perimeter.dry_run

  entrances = {
    terraform = {
      identities = [for account in ["sluice-plan", "sluice-apply", "sluice-ci"] : module.identity.members[account]]
      services = [
        "aiplatform.googleapis.com", "artifactregistry.googleapis.com", "bigquery.googleapis.com", "binaryauthorization.googleapis.com",
        "cloudkms.googleapis.com", "container.googleapis.com", "containeranalysis.googleapis.com", "monitoring.googleapis.com",
        "pubsub.googleapis.com", "secretmanager.googleapis.com", "storage.googleapis.com",
      ]
    }
  }
}
