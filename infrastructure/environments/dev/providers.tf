provider "google" {
  project = var.project_id
  region  = var.region

  default_labels = local.labels
}

locals {
  labels = { app = "sluice", environment = "dev" }
  number = data.google_project.this.number
}

data "google_project" "this" {
  project_id = var.project_id
}
