variable "project_id" {
  description = "The project that builds."
  type        = string
}

variable "region" {
  description = "Where the sources are."
  type        = string
}

variable "key" {
  description = "Id of the CMEK."
  type        = string
}

variable "accounts" {
  description = "Who starts builds (ci), and who a build is (build)."
  type = object({
    ci    = string
    build = string
  })
  validation {
    condition     = alltrue([for member in values(var.accounts) : startswith(member, "serviceAccount:")])
    error_message = "Only service accounts build: a member begins with serviceAccount:."
  }
}

variable "signing_key_version" {
  description = "Version of the key in KMS that signs images. null: nothing is signed."
  type        = string
  default     = null
  validation {
    condition     = var.signing_key_version == null || can(regex("/cryptoKeys/[^/]+/cryptoKeyVersions/[0-9]+$", var.signing_key_version))
    error_message = "signing_key_version ends in /cryptoKeys/NAME/cryptoKeyVersions/NUMBER."
  }
}
