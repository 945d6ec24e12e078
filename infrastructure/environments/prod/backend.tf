# The bucket is of the state environment: terraform init -backend-config=bucket=NAME
terraform {
  backend "gcs" {
    prefix = "sluice/prod"
  }
}
