variable "project_id" {
  description = "The project of the state: one that the gateway isn't in, so that who runs the gateway can't rewrite what it should be."
  type        = string
}

variable "name" {
  description = "The bucket's name."
  type        = string
}

variable "location" {
  description = "Where the bucket is."
  type        = string
}

variable "key" {
  description = "Id of the CMEK."
  type        = string
}

variable "writers" {
  description = "Members that apply, by a label."
  type        = map(string)
  validation {
    condition     = alltrue([for member in values(var.writers) : can(regex("^(serviceAccount|group):", member))])
    error_message = "Writers are service accounts or groups."
  }
}

variable "readers" {
  description = "Members that plan, by a label. A plan takes no lock: run it with -lock=false."
  type        = map(string)
  default     = {}
  validation {
    condition     = alltrue([for member in values(var.readers) : can(regex("^(serviceAccount|group):", member))])
    error_message = "Readers are service accounts or groups."
  }
}
