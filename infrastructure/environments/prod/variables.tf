variable "project_id" {
  description = "The project of this environment."
  type        = string
}

variable "region" {
  description = "Where everything is."
  type        = string
  default     = "europe-west1"
}

variable "zones" {
  description = "Zones of the nodes."
  type        = list(string)
  default     = ["europe-west1-b", "europe-west1-c", "europe-west1-d"]
}

variable "domains" {
  description = "Names that clients call."
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

variable "nodes" {
  description = "The gateway's nodes, over all zones."
  type = object({
    machine_type = optional(string, "n2d-standard-4")
    min          = optional(number, 3)
    max          = optional(number, 12)
  })
  default = {}
}

variable "backend" {
  description = "Once the gateway runs in the cluster: the name of its endpoint groups (as the Service's annotation has it), the name in Envoy's certificate, and the certificate of who signed it. null: not yet, so there is no load balancer."
  type = object({
    groups      = string
    server_name = string
    ca_pem      = string
  })
  default = null
}

variable "plugin" {
  description = "The filter in the load balancer: see the edge module. null: none."
  type = object({
    current  = string
    versions = map(object({ image = string, config = optional(string) }))
  })
  default = null
}

variable "models" {
  description = "Models that the gateway offers."
  type        = list(string)
  default     = ["gemini-3.5-flash", "gemini-3.5-flash-lite", "gemini-3.1-pro-preview"]
}

variable "endpoints" {
  description = "Endpoints of models of your own: see the vertex module."
  type        = map(object({ display_name = string, traffic_split = optional(map(number)) }))
  default     = {}
}

variable "signing" {
  description = "Who signs images: version and public half (PEM) of a key in KMS. null: images of the registry run unsigned."
  type = object({
    key_version = string
    public_key  = string
  })
  default = null
}

variable "perimeter" {
  description = "VPC Service Controls: the organization's access policy, and whether violations are only logged. null: no perimeter."
  type = object({
    access_policy = string
    dry_run       = optional(bool, true)
  })
  default = null
}

variable "security_group" {
  description = "Group whose members Kubernetes' RBAC may name: gke-security-groups@example.com. null: none."
  type        = string
  default     = null
}

variable "finance_group" {
  description = "Group that reads usage: group:finance@example.com. null: nobody."
  type        = string
  default     = null
}

variable "alert_email" {
  description = "Who is told."
  type        = string
}

variable "billing" {
  description = "Billing account, and what a month may cost before somebody is told."
  type = object({
    account = string
    amount  = number
    models  = number
  })
}
