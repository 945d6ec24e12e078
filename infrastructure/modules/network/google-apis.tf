# Google's APIs have an address inside of each VPC, and the names of all of them lead there: traffic to Vertex AI, Pub/Sub or
# Secret Manager never leaves Google's network, and VPC Service Controls sees where it comes from.
resource "google_compute_global_address" "google_apis" {
  for_each = var.spokes

  project      = var.project_id
  name         = "${var.name}-${each.key}-google-apis"
  address_type = "INTERNAL"
  purpose      = "PRIVATE_SERVICE_CONNECT"
  network      = google_compute_network.this[each.key].id
  address      = each.value.google_apis_ip
  labels       = var.labels
}

resource "google_compute_global_forwarding_rule" "google_apis" {
  for_each = var.spokes

  project               = var.project_id
  name                  = "apis${each.key}" # At most 20 letters and digits here.
  target                = var.google_apis
  network               = google_compute_network.this[each.key].id
  ip_address            = google_compute_global_address.google_apis[each.key].id
  load_balancing_scheme = ""
  no_automate_dns_zone  = true # dns below does it, for images' hosts too.
  labels                = var.labels
}

locals {
  google_domains = ["googleapis.com.", "pkg.dev.", "gcr.io.", "run.app."]
  google_zones   = { for pair in setproduct(keys(var.spokes), local.google_domains) : "${pair[0]}-${replace(trimsuffix(pair[1], "."), ".", "-")}" => { spoke = pair[0], domain = pair[1] } }
}

resource "google_dns_managed_zone" "google" {
  for_each = local.google_zones

  project     = var.project_id
  name        = "${var.name}-${each.key}"
  dns_name    = each.value.domain
  description = "Leads to the private endpoint of Google's APIs."
  visibility  = "private"
  labels      = var.labels

  private_visibility_config {
    networks {
      network_url = google_compute_network.this[each.value.spoke].id
    }
  }
}

resource "google_dns_record_set" "google" {
  for_each = local.google_zones

  project      = var.project_id
  managed_zone = google_dns_managed_zone.google[each.key].name
  name         = each.value.domain
  type         = "A"
  ttl          = 300
  rrdatas      = [var.spokes[each.value.spoke].google_apis_ip]
}

resource "google_dns_record_set" "google_any" {
  for_each = local.google_zones

  project      = var.project_id
  managed_zone = google_dns_managed_zone.google[each.key].name
  name         = "*.${each.value.domain}"
  type         = "CNAME"
  ttl          = 300
  rrdatas      = [each.value.domain]
}

resource "google_dns_policy" "this" {
  project        = var.project_id
  name           = "${var.name}-log"
  description    = "Logs what is asked for: a name that nobody should ask for shows a way out."
  enable_logging = true

  dynamic "networks" {
    for_each = google_compute_network.this
    content {
      network_url = networks.value.id
    }
  }
}
