variable "project_id" {
  description = "The project that holds the keys."
  type        = string
  validation {
    condition     = can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project id has 6 to 30 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "project_number" {
  description = "The project's number: names of service agents are made of it."
  type        = string
  validation {
    condition     = can(regex("^[0-9]{6,}$", var.project_number))
    error_message = "A project number has digits only; `gcloud projects describe` shows it."
  }
}

variable "location" {
  description = "Where the key ring is: the region of what it encrypts. A key encrypts only what is in its own location."
  type        = string
}

variable "name" {
  description = "The key ring's name. A ring can't be deleted: a new one needs a new name."
  type        = string
  default     = "sluice"
}

variable "keys" {
  description = "Keys by name. `services` are APIs whose service agents may use the key, `members` are other service accounts, by a label of your choice."
  type = map(object({
    services      = optional(set(string), [])
    members       = optional(map(string), {})
    rotation_days = optional(number, 90)
    protection    = optional(string, "SOFTWARE")
  }))
  validation {
    condition     = alltrue([for key in values(var.keys) : key.rotation_days >= 1 && key.rotation_days <= 365])
    error_message = "A key is rotated at least once a year: rotation_days is 1 to 365."
  }
  validation {
    condition     = alltrue([for key in values(var.keys) : contains(["SOFTWARE", "HSM"], key.protection)])
    error_message = "protection is SOFTWARE or HSM."
  }
  validation {
    condition = alltrue(flatten([for key in values(var.keys) : [for service in key.services : contains([
      "aiplatform.googleapis.com", "artifactregistry.googleapis.com", "bigquery.googleapis.com", "compute.googleapis.com", "container.googleapis.com",
      "memorystore.googleapis.com", "pubsub.googleapis.com", "run.googleapis.com", "secretmanager.googleapis.com", "storage.googleapis.com",
    ], service)]]))
    error_message = "services are those whose agent this module knows: see iam.tf. Give others as members."
  }
  validation {
    condition     = alltrue(flatten([for key in values(var.keys) : [for member in values(key.members) : startswith(member, "serviceAccount:")]]))
    error_message = "Only service accounts use keys: a member begins with serviceAccount:."
  }
}
