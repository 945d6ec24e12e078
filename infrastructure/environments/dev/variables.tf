variable "project_id" {
  description = "The project of this environment."
  type        = string
}

variable "region" {
  description = "Where everything is."
  type        = string
  default     = "europe-west1"
}

variable "domains" {
  description = "Names that clients call."
  type        = list(string)
}

variable "allowed_ranges" {
  description = "Where clients may come from, as CIDR blocks."
  type        = list(string)
}

variable "github" {
  description = "The repository whose workflows deploy: see the identity module."
  type = object({
    repository    = string
    repository_id = string
    owner_id      = string
  })
}

variable "images" {
  description = "What runs, by digest. null: nothing yet, as at the first apply, before there is a registry to push to."
  type = object({
    envoy   = string
    sidecar = string
  })
  default = null
}

variable "models" {
  description = "Models that the gateway offers."
  type        = list(string)
  default     = ["gemini-3.5-flash", "gemini-3.5-flash-lite"]
}

variable "client_keys_version" {
  description = "Version of the secret client-keys, which says whose keys are taken. null: nobody's."
  type        = string
  default     = null
}

variable "documents" {
  description = "What the sidecar reads: the version of each of the secrets budgets and cache-policy. What is left out is the sidecar's own: no budgets, its defaults for the cache."
  type        = map(string)
  default     = {}
}

variable "cache_key_version" {
  description = "Version of the secret cache-key. null: none has been added yet, and cache keys are not keyed."
  type        = string
  default     = null
}

variable "alert_email" {
  description = "Who is told."
  type        = string
}

variable "billing" {
  description = "Billing account, and what a month may cost before somebody is told. null: no budget."
  type = object({
    account = string
    amount  = number
  })
  default = null
}
