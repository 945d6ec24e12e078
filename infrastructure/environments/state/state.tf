module "kms" {
  source         = "../../modules/kms"
  project_id     = var.project_id
  project_number = data.google_project.this.number
  location       = var.location
  keys           = { state = { services = ["storage.googleapis.com"] } }
}

module "state" {
  source     = "../../modules/state"
  project_id = var.project_id
  name       = "${var.project_id}-state"
  location   = var.location
  key        = module.kms.key_ids["state"]
  writers    = var.writers
  readers    = var.readers
}

output "bucket" {
  description = "The bucket's name."
  value       = module.state.bucket
}
