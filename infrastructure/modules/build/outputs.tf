output "bucket" {
  description = "Bucket of what Cloud Build builds from."
  value       = google_storage_bucket.sources.name
}
