variable "project_id" {
  description = "The registry's project."
  type        = string
}

variable "region" {
  description = "The registry's region."
  type        = string
}

variable "name" {
  description = "The repository's id."
  type        = string
  default     = "sluice"
}

variable "key" {
  description = "Id of the CMEK."
  type        = string
}

variable "readers" {
  description = "Members that pull, by a label."
  type        = map(string)
  default     = {}
}

variable "writers" {
  description = "Members that push, by a label: the build's account."
  type        = map(string)
  default     = {}
  validation {
    condition     = alltrue([for member in values(var.writers) : startswith(member, "serviceAccount:")])
    error_message = "Only service accounts push: a member begins with serviceAccount:."
  }
}

variable "keep" {
  description = "Versions of each image that always stay, and after how many days an image without a tag may go."
  type = object({
    versions = optional(number, 20)
    days     = optional(number, 30)
  })
  default = {}
  validation {
    condition     = var.keep.versions >= 2
    error_message = "At least two versions stay: one to go back to."
  }
}

variable "attestor" {
  description = "An attestor of Binary Authorization: its name, the KMS key version that signs with the PEM of its public half, and who signs. null: none."
  type = object({
    name        = optional(string, "built-by-cloud-build")
    key_version = string
    public_key  = string
    signers     = map(string)
  })
  default = null
  validation {
    condition     = var.attestor == null || try(startswith(var.attestor.public_key, "-----BEGIN PUBLIC KEY-----"), false)
    error_message = "public_key is the PEM of a public key; the private half stays in KMS."
  }
}

variable "labels" {
  description = "Labels of the repository."
  type        = map(string)
  default     = {}
}
