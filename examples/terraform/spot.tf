# Spot capacity under customer managed keys. Who asks KMS differs: for a Spot request it is AWSServiceRoleForEC2Spot, for a
# fleet that is maintained AWSServiceRoleForEC2Fleet, so each key has a grant to that role:
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/service-linked-roles-spot-instance-requests.html

resource "aws_iam_service_linked_role" "spot" {
  aws_service_name = "spot.amazonaws.com"
}

resource "aws_iam_service_linked_role" "fleet" {
  aws_service_name = "ec2fleet.amazonaws.com"
}

resource "aws_kms_key" "spot" {
  description             = "Encrypts the volumes of the example's Spot Instances"
  deletion_window_in_days = 7
}

locals {
  # The operations of AWS's advice, for each role.
  volume_operations = [
    "Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext",
    "CreateGrant", "DescribeKey", "ReEncryptFrom", "ReEncryptTo",
  ]
}

resource "aws_kms_grant" "spot" {
  for_each = {
    spot  = aws_iam_service_linked_role.spot.arn
    fleet = aws_iam_service_linked_role.fleet.arn
  }
  key_id            = aws_kms_key.spot.key_id
  grantee_principal = each.value
  operations        = local.volume_operations
}

resource "aws_spot_instance_request" "worker" {
  ami                            = data.aws_ami.amazon_linux.id
  instance_type                  = "t3.micro"
  spot_price                     = "0.01"
  spot_type                      = "persistent"
  instance_interruption_behavior = "stop"
  wait_for_fulfillment           = true

  root_block_device {
    encrypted  = true
    kms_key_id = aws_kms_key.spot.arn
  }

  depends_on = [aws_kms_grant.spot]
}

resource "aws_launch_template" "fleet" {
  name          = "example-fleet"
  image_id      = data.aws_ami.amazon_linux.id
  instance_type = "t3.micro"

  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      encrypted  = true
      kms_key_id = aws_kms_key.spot.arn
    }
  }
}

resource "aws_ec2_fleet" "workers" {
  type = "maintain"
  # Instances outlive the fleet. With true they end with it, and the provider waits five minutes before it looks.
  terminate_instances = false

  launch_template_config {
    launch_template_specification {
      launch_template_id = aws_launch_template.fleet.id
      version            = aws_launch_template.fleet.latest_version
    }
    override {
      instance_type     = "t3.micro"
      weighted_capacity = 1
    }
    override {
      instance_type     = "t3.small"
      weighted_capacity = 2
    }
  }

  target_capacity_specification {
    default_target_capacity_type = "spot"
    # So that nothing is left behind; raised, the fleet launches.
    total_target_capacity = 0
  }

  spot_options {
    allocation_strategy = "price-capacity-optimized"
  }

  depends_on = [aws_kms_grant.spot]
}
