# Copy to terraform.tfvars and change. Nothing in here is a secret.
project_id     = "acme-sluice-prod"
domains        = ["llm.example.com"]
github         = { repository = "acme/sluice", repository_id = "123456789", owner_id = "987654" }
alert_email    = "sluice-on-call@example.com"
finance_group  = "group:finance@example.com"
billing        = { account = "012345-6789AB-CDEF01", amount = 3000, models = 2000 }
security_group = "gke-security-groups@example.com"
perimeter      = { access_policy = "123456789", dry_run = true }

# After the gateway has been rolled out into the cluster:
backend = {
  groups      = "sluice-gateway"
  server_name = "gateway.sluice.internal"
  ca_pem      = <<-PEM
    -----BEGIN CERTIFICATE-----
    MIIBrjCCAVWgAwIBAgIUN4U6TchyQpwJfMgms7WmBxFl3owwCgYIKoZIzj0EAwIw
    LTErMCkGA1UEAwwiQSB0ZXN0IGF1dGhvcml0eSB3aG9zZSBrZXkgaXMgZ29uZTAe
    Fw0yNjExMjMxMzQwMDhaFw0zNjExMjAxMzQwMDhaMC0xKzApBgNVBAMMIkEgdGVz
    dCBhdXRob3JpdHkgd2hvc2Uga2V5IGlzIGdvbmUwWTATBgcqhkjOPQIBBggqhkjO
    PQMBBwNCAAQvM01cR3HlgSkMrSAPt/vVRkioRyU36ku6MD0shLpqAme+DLBWO3yB
    a+RX0ald5NI6A/IvlrnIobxt6dOS+YVAo1MwUTAdBgNVHQ4EFgQUyiCAdIcLTZpK
    rI9Td5PX7/8tyHEwHwYDVR0jBBgwFoAUyiCAdIcLTZpKrI9Td5PX7/8tyHEwDwYD
    VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBxSlKQ4UJvHUjjWlTCFX46
    OmwKIQWGTCXrjYv+nWuABQIgFZhLSBvA4P4CqZ4HA+ZOUudWcSjHM70Zay9ohl2R
    AjI=
    -----END CERTIFICATE-----
  PEM
}
