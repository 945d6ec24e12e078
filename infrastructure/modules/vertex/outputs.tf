output "endpoints" {
  description = "Endpoints' ids by name."
  value       = { for name, endpoint in google_vertex_ai_endpoint.this : name => endpoint.id }
}

output "models_bucket" {
  description = "Bucket of the models' files."
  value       = google_storage_bucket.models.name
}
