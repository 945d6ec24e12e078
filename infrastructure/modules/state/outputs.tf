output "bucket" {
  description = "The bucket, for `terraform init -backend-config=bucket=…`."
  value       = google_storage_bucket.state.name
}
