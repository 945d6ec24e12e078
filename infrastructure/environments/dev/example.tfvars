# Copy to terraform.tfvars and change. Nothing in here is a secret.
project_id     = "acme-sluice-dev"
domains        = ["llm.dev.example.com"]
allowed_ranges = ["198.51.100.0/24"]
github         = { repository = "acme/sluice", repository_id = "123456789", owner_id = "987654" }
alert_email    = "sluice-dev@example.com"
billing        = { account = "012345-6789AB-CDEF01", amount = 150 }

# After the first apply and the first push:
images = {
  envoy   = "europe-west1-docker.pkg.dev/acme-sluice-dev/sluice/envoy@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
  sidecar = "europe-west1-docker.pkg.dev/acme-sluice-dev/sluice/sidecar@sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
}
documents           = { budgets = "1", cache-policy = "1" }
cache_key_version   = "1"
client_keys_version = "1"
