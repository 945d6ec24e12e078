variable "project_id" {
  description = "The project that calls Vertex AI."
  type        = string
}

variable "region" {
  description = "The endpoints' and the registry's region."
  type        = string
}

variable "endpoints" {
  description = <<-EOT
    Endpoints for models of your own, by name. `traffic_split` is percents by id of deployed model. Leave it out where rollouts
    move it (deploy at 0 %, then 10 %, then 100 %): Terraform then leaves it as it finds it. Publisher models have no
    endpoint and no split: the gateway splits those.
  EOT
  type = map(object({
    display_name  = string
    description   = optional(string, "")
    traffic_split = optional(map(number))
  }))
  default = {}
  validation {
    condition     = alltrue([for endpoint in values(var.endpoints) : endpoint.traffic_split == null || try(sum(values(endpoint.traffic_split)) == 100, false)])
    error_message = "A traffic_split adds up to 100."
  }
  validation {
    condition     = alltrue([for name in keys(var.endpoints) : can(regex("^[1-9][0-9]{0,9}$", name))])
    error_message = "An endpoint's name is a number of at most ten digits, as Vertex AI wants it."
  }
}

variable "consumer_projects" {
  description = "Projects that may reach the endpoints privately (Private Service Connect)."
  type        = list(string)
}

variable "callers" {
  description = "Members that may call models, by a label: service accounts."
  type        = map(string)
  validation {
    condition     = alltrue([for member in values(var.callers) : startswith(member, "serviceAccount:")])
    error_message = "Only service accounts call models: a member begins with serviceAccount:."
  }
}

variable "publishers" {
  description = "Members that upload models and move traffic, by a label: the canary's account."
  type        = map(string)
  default     = {}
  validation {
    condition     = alltrue([for member in values(var.publishers) : startswith(member, "serviceAccount:")])
    error_message = "Only service accounts publish models: a member begins with serviceAccount:."
  }
}

variable "allowed_models" {
  description = "Publisher models that this project may call, by an org policy: publishers/google/models/gemini-3.5-flash:predict. Empty: no policy."
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for model in var.allowed_models : can(regex("^publishers/[a-z0-9-]+/models/[A-Za-z0-9.*-]+(:[a-z]+)?$", model))])
    error_message = "Models are named publishers/google/models/gemini-3.5-flash:predict, or with * for the model."
  }
}

variable "key" {
  description = "Id of the CMEK of endpoints and of the bucket of models."
  type        = string
}

variable "labels" {
  description = "Labels of endpoints and bucket."
  type        = map(string)
  default     = {}
}
