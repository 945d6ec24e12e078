# An image runs where it carries this attestor's signature. The key that signs stays in KMS.
resource "google_container_analysis_note" "this" {
  count = var.attestor == null ? 0 : 1

  project = var.project_id
  name    = var.attestor.name

  attestation_authority {
    hint {
      human_readable_name = "Built, scanned and signed by the pipeline of this repository."
    }
  }
}

resource "google_binary_authorization_attestor" "this" {
  count = var.attestor == null ? 0 : 1

  project = var.project_id
  name    = var.attestor.name

  attestation_authority_note {
    note_reference = google_container_analysis_note.this[0].name

    public_keys {
      id = "//cloudkms.googleapis.com/v1/${var.attestor.key_version}"
      pkix_public_key {
        public_key_pem      = var.attestor.public_key
        signature_algorithm = "ECDSA_P256_SHA256"
      }
    }
  }
}

resource "google_container_analysis_note_iam_member" "signer" {
  for_each = var.attestor == null ? {} : var.attestor.signers

  project = var.project_id
  note    = google_container_analysis_note.this[0].name
  role    = "roles/containeranalysis.notes.attacher"
  member  = each.value
}
