# Everything here is created, read back and destroyed against a Latchkey server:
#
#   npx latchkey exec -- terraform -chdir=examples/terraform apply
#
# `latchkey exec` sets AWS_ENDPOINT_URL, the credentials and the region; nothing in these files knows of Latchkey.

terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  default_tags {
    tags = { Project = "latchkey-example" }
  }
}

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

data "aws_availability_zones" "available" {
  state = "available"
}

locals {
  account = data.aws_caller_identity.current.account_id
  zone    = data.aws_availability_zones.available.names[0]
}
