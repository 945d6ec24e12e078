variable "access_policy" {
  description = "The organization's access policy: its number."
  type        = string
  validation {
    condition     = can(regex("^[0-9]+$", var.access_policy))
    error_message = "An access policy is a number: `gcloud access-context-manager policies list` shows it."
  }
}

variable "name" {
  description = "The perimeter's name."
  type        = string
  default     = "sluice"
  validation {
    condition     = can(regex("^[a-zA-Z][a-zA-Z0-9_]{0,49}$", var.name))
    error_message = "A perimeter's name has at most 50 letters, digits and underscores, and begins with a letter."
  }
}

variable "project_numbers" {
  description = "Numbers of the projects inside."
  type        = list(string)
  validation {
    condition     = length(var.project_numbers) > 0 && alltrue([for number in var.project_numbers : can(regex("^[0-9]+$", number))])
    error_message = "At least one project, by its number."
  }
}

variable "services" {
  description = "APIs that only who is inside may call, and that can't be used to carry data out."
  type        = set(string)
  default = [
    "aiplatform.googleapis.com", "artifactregistry.googleapis.com", "bigquery.googleapis.com", "binaryauthorization.googleapis.com", "cloudkms.googleapis.com",
    "container.googleapis.com", "containeranalysis.googleapis.com", "logging.googleapis.com", "monitoring.googleapis.com", "pubsub.googleapis.com",
    "run.googleapis.com", "secretmanager.googleapis.com", "storage.googleapis.com",
  ]
  validation {
    condition     = alltrue([for api in ["aiplatform.googleapis.com", "secretmanager.googleapis.com", "bigquery.googleapis.com", "pubsub.googleapis.com"] : contains(var.services, api)])
    error_message = "What holds prompts, secrets and usage stays inside: aiplatform, secretmanager, bigquery and pubsub are among the services."
  }
}

variable "entrances" {
  description = "Who may call in from outside, by a label: identities, and services they may call. `ranges` narrows where from."
  type = map(object({
    identities = list(string)
    services   = list(string)
    ranges     = optional(list(string), [])
  }))
  default = {}
  validation {
    condition     = alltrue(flatten([for entrance in values(var.entrances) : [for identity in entrance.identities : can(regex("^(serviceAccount|group|user|principal|principalSet):", identity))]]))
    error_message = "An entrance is for named identities, never for anybody."
  }
  validation {
    condition     = alltrue([for entrance in values(var.entrances) : !contains(entrance.services, "*") && length(entrance.services) > 0])
    error_message = "An entrance names its services."
  }
}

variable "dry_run" {
  description = "Whether violations are only logged. A new perimeter begins so, for as long as its log isn't empty."
  type        = bool
  default     = true
}
