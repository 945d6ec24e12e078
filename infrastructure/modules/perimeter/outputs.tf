output "perimeter" {
  description = "The perimeter's full name."
  value       = google_access_context_manager_service_perimeter.this.name
}
