# Issued and renewed by Google, by a DNS record: the certificate is there before the name points here.
resource "google_certificate_manager_dns_authorization" "this" {
  for_each = toset(var.domains)

  project = var.project_id
  name    = "${var.name}-${replace(each.value, ".", "-")}"
  domain  = each.value
  type    = "PER_PROJECT_RECORD"
  labels  = var.labels
}

resource "google_certificate_manager_certificate" "this" {
  for_each = toset(var.domains)

  project = var.project_id
  name    = "${var.name}-${replace(each.value, ".", "-")}"
  labels  = var.labels

  managed {
    domains            = [each.value]
    dns_authorizations = [google_certificate_manager_dns_authorization.this[each.value].id]
  }
}

resource "google_certificate_manager_certificate_map" "this" {
  project = var.project_id
  name    = var.name
  labels  = var.labels
}

resource "google_certificate_manager_certificate_map_entry" "this" {
  for_each = toset(var.domains)

  project      = var.project_id
  map          = google_certificate_manager_certificate_map.this.name
  name         = "${var.name}-${replace(each.value, ".", "-")}"
  hostname     = each.value
  certificates = [google_certificate_manager_certificate.this[each.value].id]
  labels       = var.labels
}
