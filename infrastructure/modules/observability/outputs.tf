output "channels" {
  description = "Ids of the channels, for budgets."
  value       = local.channels
}

output "dashboards" {
  description = "Dashboards' ids by name."
  value       = { for name, dashboard in google_monitoring_dashboard.this : name => dashboard.id }
}

output "service" {
  description = "The service whose objectives are watched."
  value       = google_monitoring_custom_service.this.name
}
