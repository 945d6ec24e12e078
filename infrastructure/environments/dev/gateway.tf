module "registry" {
  source     = "../../modules/registry"
  project_id = var.project_id
  region     = var.region
  key        = module.kms.key_ids["images"]
  writers    = { build = module.identity.members["sluice-build"] }
  keep       = { versions = 5, days = 7 }
}

module "build" {
  source     = "../../modules/build"
  project_id = var.project_id
  region     = var.region
  key        = module.kms.key_ids["images"]
  accounts   = { ci = module.identity.members["sluice-ci"], build = module.identity.members["sluice-build"] }
}

module "secrets" {
  source         = "../../modules/secrets"
  project_id     = var.project_id
  project_number = local.number
  first_rotation = "2027-01-01T00:00:00Z"
  topic_key      = module.kms.key_ids["events"]

  # Two are no secrets, but what Cloud Run can mount.
  secrets = { for name, days in { cache-key = 90, client-keys = 90, budgets = 365, cache-policy = 365 } : name => {
    regions       = { (var.region) = module.kms.key_ids["secrets"] }
    readers       = { gateway = module.identity.members["sluice-gateway"] }
    rotation_days = days
  } }
}

module "vertex" {
  source            = "../../modules/vertex"
  project_id        = var.project_id
  region            = var.region
  callers           = { gateway = module.identity.members["sluice-gateway"] }
  allowed_models    = [for model in var.models : "publishers/google/models/${model}:predict"]
  consumer_projects = [var.project_id]
  key               = module.kms.key_ids["vertex"]
}

module "cloud_run" {
  source = "../../modules/cloud-run"
  count  = var.images == null ? 0 : 1

  project_id          = var.project_id
  region              = var.region
  images              = var.images
  service_account     = module.identity.emails["sluice-gateway"]
  key                 = module.kms.key_ids["run"]
  scaling             = { min = 0, max = 3 }
  deletion_protection = false # dev: it may be torn down.
  environment = {
    VERTEX_PROJECT  = var.project_id
    VERTEX_LOCATION = var.region
    MODELS          = join(",", var.models)
    LOG_FORMAT      = "json"
    JOURNAL         = "memory" # No disk outlives the instance.
    PUBSUB_TOPIC    = module.events.topic
    DRAIN_SECONDS   = "5" # Cloud Run gives ten; the rest is for what is left to tell.
  }
  callers = var.client_keys_version == null ? {} : { api_key_auth = { secret = "client-keys", version = var.client_keys_version } }
  documents = { for name, version in var.documents : { budgets = "BUDGETS_FILE", cache-policy = "CACHE_POLICY_FILE" }[name] => {
    secret = name, version = version
  } }
  secrets = var.cache_key_version == null ? {} : { CACHE_KEY_SECRET = { secret = "cache-key", version = var.cache_key_version } }

  network = {
    id        = module.network.networks["gateway"].id
    subnet_id = module.network.subnets["gateway"]["run"].id
  }

  depends_on = [module.secrets]
}
