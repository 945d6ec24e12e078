module "identity" {
  source     = "../../modules/identity"
  project_id = var.project_id
  github     = var.github

  accounts = {
    sluice-gateway = { what = "Envoy and sidecar", roles = ["roles/logging.logWriter", "roles/monitoring.metricWriter", "roles/cloudtrace.agent"] }
    sluice-build   = { what = "Builds images", roles = ["roles/logging.logWriter"] }
    sluice-plan    = { what = "Plans", profile = "plan", subjects = ["repo:${var.github.repository}:pull_request", "repo:${var.github.repository}:environment:dev-plan"] }
    sluice-apply   = { what = "Applies", profile = "apply", subjects = ["repo:${var.github.repository}:environment:dev"], act_as = ["sluice-gateway"] }
    sluice-ci      = { what = "Starts builds", roles = ["roles/cloudbuild.builds.editor", "roles/serviceusage.serviceUsageConsumer"], subjects = ["repo:${var.github.repository}:environment:build"], act_as = ["sluice-build"] }
  }
}
