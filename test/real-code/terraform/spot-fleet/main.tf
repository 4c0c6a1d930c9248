# Spot Fleets as modules make them: the role, launch specifications in several places, and a launch template.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {}

data "aws_ami" "linux" {
  most_recent = true
  owners      = ["amazon"]
  filter {
    name   = "name"
    values = ["al2023-ami-2023.*-x86_64"]
  }
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["spotfleet.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "fleet" {
  name               = "aws-ec2-spot-fleet-tagging-role"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "fleet" {
  role       = aws_iam_role.fleet.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonEC2SpotFleetTaggingRole"
}

resource "aws_spot_fleet_request" "specified" {
  iam_fleet_role                      = aws_iam_role.fleet.arn
  allocation_strategy                 = "diversified"
  target_capacity                     = 2
  terminate_instances_with_expiration = true
  wait_for_fulfillment                = true
  tags                                = { team = "red" }

  launch_specification {
    ami               = data.aws_ami.linux.id
    instance_type     = "t3.micro"
    availability_zone = "us-east-1a"
    tags              = { team = "blue" }
    root_block_device {
      volume_size = 9
      volume_type = "gp3"
    }
  }
  launch_specification {
    ami               = data.aws_ami.linux.id
    instance_type     = "t3.small"
    availability_zone = "us-east-1b"
    spot_price        = "0.5"
  }

  depends_on = [aws_iam_role_policy_attachment.fleet]
}

resource "aws_launch_template" "node" {
  name          = "spot-fleet-node"
  image_id      = data.aws_ami.linux.id
  instance_type = "t3.micro"
}

resource "aws_spot_fleet_request" "templated" {
  iam_fleet_role                      = aws_iam_role.fleet.arn
  target_capacity                     = 2
  on_demand_target_capacity           = 1
  terminate_instances_with_expiration = true
  wait_for_fulfillment                = true

  launch_template_config {
    launch_template_specification {
      id      = aws_launch_template.node.id
      version = aws_launch_template.node.latest_version
    }
    overrides {
      instance_type = "t3.small"
    }
  }

  depends_on = [aws_iam_role_policy_attachment.fleet]
}
