variable "project_id" {
  description = "The service's project."
  type        = string
}

variable "region" {
  description = "The service's region."
  type        = string
}

variable "name" {
  description = "The service's name."
  type        = string
  default     = "sluice"
  validation {
    condition     = can(regex("^[a-z][-a-z0-9]{0,47}[a-z0-9]$", var.name))
    error_message = "A service's name has 2 to 49 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "images" {
  description = "Images by digest."
  type = object({
    envoy   = string
    sidecar = string
  })
  validation {
    condition     = alltrue([for image in [var.images.envoy, var.images.sidecar] : can(regex("@sha256:[0-9a-f]{64}$", image))])
    error_message = "Images are named by digest (…@sha256:…): a tag can change under a revision, and a signature is over a digest."
  }
}

variable "service_account" {
  description = "E-mail of the account that the service runs as."
  type        = string
  validation {
    condition     = !can(regex("-compute@developer", var.service_account))
    error_message = "Not the default service account: it may be an editor of the project."
  }
}

variable "environment" {
  description = "Variables of the sidecar, as .env.example has them. No secret among them."
  type        = map(string)
  default     = {}
  validation {
    condition     = !anytrue([for name in keys(var.environment) : can(regex("SECRET|PASSWORD|PRIVATE_KEY|TOKEN$", name))])
    error_message = "Secrets come from Secret Manager: put them into secrets."
  }
}

variable "secrets" {
  description = "Variables of the sidecar that come from Secret Manager: the secret's name by variable, always in a version that is pinned."
  type = map(object({
    secret  = string
    version = string
  }))
  default = {}
  validation {
    condition     = alltrue([for secret in values(var.secrets) : can(regex("^[0-9]+$", secret.version))])
    error_message = "A version is a number: `latest` changes under a running revision, and a roll-back would not bring it back."
  }
}

variable "callers" {
  description = <<-EOT
    Who may call: the secrets that hold the files of `render callers`, by folder (api_key_auth, jwt_authn, clusters), always in a version
    that is pinned. What is left out is the image's own: nobody.
  EOT
  type = map(object({
    secret  = string
    version = string
  }))
  default = {}
  validation {
    condition     = alltrue([for folder in keys(var.callers) : contains(["api_key_auth", "jwt_authn", "clusters"], folder)])
    error_message = "callers has api_key_auth, jwt_authn and clusters, and no other."
  }
  validation {
    condition     = alltrue([for secret in values(var.callers) : can(regex("^[0-9]+$", secret.version))])
    error_message = "A version of callers is a number: a roll-back must bring back who could call."
  }
}

variable "documents" {
  description = <<-EOT
    Documents that the sidecar reads, by the variable that names the file (BUDGETS_FILE, CACHE_POLICY_FILE): the secret that holds each,
    always in a version that is pinned. Cloud Run mounts no other files.
  EOT
  type = map(object({
    secret  = string
    version = string
  }))
  default = {}
  validation {
    condition     = alltrue([for name in keys(var.documents) : contains(["BUDGETS_FILE", "CACHE_POLICY_FILE"], name)])
    error_message = "documents has BUDGETS_FILE and CACHE_POLICY_FILE, and no other."
  }
  validation {
    condition     = alltrue([for secret in values(var.documents) : can(regex("^[0-9]+$", secret.version))])
    error_message = "A version of documents is a number: a roll-back must bring back what held."
  }
}

variable "resources" {
  description = "CPU and memory of the two containers."
  type = object({
    envoy   = optional(object({ cpu = optional(string, "1"), memory = optional(string, "1Gi") }), {})
    sidecar = optional(object({ cpu = optional(string, "1"), memory = optional(string, "1Gi") }), {})
  })
  default = {}
}

variable "scaling" {
  description = "Instances, and requests that one takes at a time. min 0 scales to zero."
  type = object({
    min         = optional(number, 0)
    max         = optional(number, 10)
    concurrency = optional(number, 200)
  })
  default = {}
  validation {
    condition     = var.scaling.min >= 0 && var.scaling.max >= max(1, var.scaling.min) && var.scaling.concurrency >= 1 && var.scaling.concurrency <= 1000
    error_message = "max is at least 1 and at least min, and an instance takes 1 to 1000 requests at a time."
  }
}

variable "network" {
  description = "VPC and subnet through which everything goes out. The subnet has an address for each instance, twice over while a revision takes over from another."
  type = object({
    id        = string
    subnet_id = string
  })
}

variable "key" {
  description = "Id of the CMEK of the deployed images."
  type        = string
}

variable "timeout_seconds" {
  description = "How long an answer may take: streams of long generations end here."
  type        = number
  default     = 3600
  validation {
    condition     = var.timeout_seconds >= 60 && var.timeout_seconds <= 3600
    error_message = "timeout_seconds is 60 to 3600, Cloud Run's limit."
  }
}

variable "canary" {
  description = "A revision that keeps a share of the traffic while another takes over. null: all to the latest."
  type = object({
    revision = string
    percent  = number
  })
  default = null
  validation {
    condition     = var.canary == null || try(var.canary.percent > 0 && var.canary.percent < 100, false)
    error_message = "percent is above 0 and below 100: all or nothing is no canary."
  }
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to delete the service."
  type        = bool
  default     = true
}

variable "labels" {
  description = "Labels of the service."
  type        = map(string)
  default     = {}
}
