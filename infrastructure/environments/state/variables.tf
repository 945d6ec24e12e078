variable "project_id" {
  description = "The project of the state, in which nothing else runs."
  type        = string
}

variable "location" {
  description = "Where the bucket is."
  type        = string
  default     = "europe-west1"
}

variable "writers" {
  description = "Members that apply, by a label: sluice-apply of each environment."
  type        = map(string)
}

variable "readers" {
  description = "Members that plan, by a label: sluice-plan of each environment."
  type        = map(string)
  default     = {}
}
