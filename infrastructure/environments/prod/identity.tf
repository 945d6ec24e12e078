module "identity" {
  source     = "../../modules/identity"
  project_id = var.project_id
  github     = var.github

  accounts = {
    sluice-gateway = { what = "Envoy and sidecar", roles = ["roles/monitoring.metricWriter", "roles/cloudtrace.agent"] }
    sluice-node    = { what = "Nodes: images, logs, metrics", roles = ["roles/container.defaultNodeServiceAccount"] }
    sluice-build   = { what = "Builds, gates and signs images", roles = ["roles/logging.logWriter", "roles/containeranalysis.occurrences.editor", "roles/binaryauthorization.attestorsViewer"] }
    sluice-canary  = { what = "Brings new models in", roles = ["roles/monitoring.viewer"], subjects = ["repo:${var.github.repository}:environment:models"] }
    sluice-plan    = { what = "Plans", profile = "plan", subjects = ["repo:${var.github.repository}:pull_request", "repo:${var.github.repository}:environment:prod-plan"] }
    sluice-apply   = { what = "Applies", profile = "apply", subjects = ["repo:${var.github.repository}:environment:prod"], act_as = ["sluice-node"] }
    sluice-deploy  = { what = "Rolls the gateway out", roles = ["roles/container.developer"], subjects = ["repo:${var.github.repository}:environment:rollout"] }
    sluice-ci      = { what = "Starts builds", roles = ["roles/cloudbuild.builds.editor", "roles/serviceusage.serviceUsageConsumer"], subjects = ["repo:${var.github.repository}:environment:build"], act_as = ["sluice-build"] }
  }
}
