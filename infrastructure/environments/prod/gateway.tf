module "registry" {
  source     = "../../modules/registry"
  project_id = var.project_id
  region     = var.region
  key        = module.kms.key_ids["images"]
  readers    = { nodes = module.identity.members["sluice-node"] }
  writers    = { build = module.identity.members["sluice-build"] }

  attestor = var.signing == null ? null : {
    key_version = var.signing.key_version
    public_key  = var.signing.public_key
    signers     = { build = module.identity.members["sluice-build"] }
  }
}

module "build" {
  source     = "../../modules/build"
  project_id = var.project_id
  region     = var.region
  key        = module.kms.key_ids["images"]
  accounts   = { ci = module.identity.members["sluice-ci"], build = module.identity.members["sluice-build"] }

  signing_key_version = try(var.signing.key_version, null)
}

module "gke" {
  source     = "../../modules/gke"
  project_id = var.project_id
  region     = var.region
  zones      = var.zones

  node_account = module.identity.emails["sluice-node"]
  pools        = { gateway = { machine_type = var.nodes.machine_type, min_nodes = var.nodes.min, max_nodes = var.nodes.max } }
  keys = {
    etcd  = module.kms.key_ids["etcd"]
    disks = module.kms.key_ids["disks"]
  }
  network = {
    id        = module.network.networks["gateway"].id
    subnet_id = module.network.subnets["gateway"]["nodes"].id
  }
  authorized_ranges = { tools = module.network.subnets["shared"]["tools"].range }
  binary_authorization = {
    registries = [module.registry.repository]
    attestors  = compact([module.registry.attestor])
  }
  workload_identities = { "sluice/gateway" = module.identity.emails["sluice-gateway"] }
  security_group      = var.security_group
  labels              = local.labels
  deletion_protection = true

  depends_on = [module.identity]
}

module "cache" {
  source     = "../../modules/cache"
  project_id = var.project_id
  region     = var.region
  key        = module.kms.key_ids["cache"]
  users      = { gateway = module.identity.members["sluice-gateway"] }
  size       = { node_type = "HIGHMEM_MEDIUM", shards = 1, replicas = 1 }

  network = {
    id     = module.network.networks["gateway"].id
    policy = module.network.valkey_policies["gateway-cache"]
  }
  deletion_protection = true
}

module "secrets" {
  source         = "../../modules/secrets"
  project_id     = var.project_id
  project_number = local.number
  first_rotation = "2027-01-01T00:00:00Z"
  topic_key      = module.kms.key_ids["events"]

  secrets = { for name in ["admin-token", "cache-key", "client-keys", "gateway-tls"] : name => {
    regions = { (var.region) = module.kms.key_ids["secrets"] }
    readers = { gateway = module.identity.members["sluice-gateway"] }
  } }
}

module "vertex" {
  source            = "../../modules/vertex"
  project_id        = var.project_id
  region            = var.region
  callers           = { gateway = module.identity.members["sluice-gateway"] }
  publishers        = { canary = module.identity.members["sluice-canary"] }
  allowed_models    = [for model in var.models : "publishers/google/models/${model}:predict"]
  consumer_projects = [var.project_id]
  key               = module.kms.key_ids["vertex"]
  endpoints         = var.endpoints
}
