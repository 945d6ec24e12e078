output "address" {
  description = "Where the domains point; null before there is a load balancer."
  value       = one(module.edge[*].address)
}

output "dns_records" {
  description = "CNAMEs that certificates wait for; null before there is a load balancer."
  value       = one(module.edge[*].dns_records)
}

output "repository" {
  description = "Where images are pushed."
  value       = module.registry.repository
}

output "cluster" {
  description = "Cluster and the name under which kubectl reaches it."
  value       = merge(module.gke.cluster, { dns_endpoint = module.gke.dns_endpoint })
}

output "cache" {
  description = "Endpoint of Valkey, and the certificates that it is to be trusted by."
  value       = { endpoint = module.cache.endpoint, certificates = module.cache.certificates }
}

output "usage_topic" {
  description = "Topic of usage events."
  value       = module.events.topic
}

output "github" {
  description = "What workflows authenticate with: the provider and the accounts."
  value       = { provider = module.identity.github_provider, accounts = module.identity.emails }
}

output "sources_bucket" {
  description = "Bucket of what Cloud Build builds from."
  value       = module.build.bucket
}
