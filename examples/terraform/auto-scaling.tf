# An Auto Scaling group whose volumes are encrypted under a customer managed key. What it launches is launched by the
# service-linked role, so the key policy must name that role, in the two statements that AWS prescribes:
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html

resource "aws_iam_service_linked_role" "auto_scaling" {
  aws_service_name = "autoscaling.amazonaws.com"
  custom_suffix    = "example"
}

data "aws_iam_policy_document" "for_auto_scaling" {
  statement {
    sid       = "Enable IAM User Permissions"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${local.account}:root"]
    }
  }

  statement {
    sid       = "Allow service-linked role use of the customer managed key"
    actions   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_service_linked_role.auto_scaling.arn]
    }
  }

  statement {
    sid       = "Allow attachment of persistent resources"
    actions   = ["kms:CreateGrant"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_service_linked_role.auto_scaling.arn]
    }
    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }
  }
}

resource "aws_kms_key" "group" {
  description             = "Encrypts the volumes of the example's Auto Scaling group"
  deletion_window_in_days = 7
  policy                  = data.aws_iam_policy_document.for_auto_scaling.json
}

resource "aws_launch_template" "group" {
  name          = "example-group"
  image_id      = data.aws_ami.amazon_linux.id
  instance_type = "t3.micro"

  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      encrypted  = true
      kms_key_id = aws_kms_key.group.arn
    }
  }
}

resource "aws_autoscaling_group" "web" {
  name                    = "example-web"
  min_size                = 1
  max_size                = 3
  desired_capacity        = 2
  availability_zones      = slice(data.aws_availability_zones.available.names, 0, 2)
  service_linked_role_arn = aws_iam_service_linked_role.auto_scaling.arn
  termination_policies    = ["OldestInstance"]
  enabled_metrics         = ["GroupDesiredCapacity", "GroupInServiceInstances"]

  launch_template {
    id      = aws_launch_template.group.id
    version = "$Latest"
  }

  tag {
    key                 = "Name"
    value               = "example-web"
    propagate_at_launch = true
  }
}

resource "aws_launch_configuration" "plain" {
  name          = "example-plain"
  image_id      = data.aws_ami.amazon_linux.id
  instance_type = "t3.micro"
}

resource "aws_autoscaling_group" "batch" {
  name                 = "example-batch"
  min_size             = 0
  max_size             = 2
  availability_zones   = [local.zone]
  launch_configuration = aws_launch_configuration.plain.name
  force_delete         = true
}

resource "aws_autoscaling_policy" "more" {
  name                   = "example-more"
  autoscaling_group_name = aws_autoscaling_group.batch.name
  adjustment_type        = "ChangeInCapacity"
  scaling_adjustment     = 1
  cooldown               = 60
}

resource "aws_autoscaling_lifecycle_hook" "warm" {
  name                   = "warm"
  autoscaling_group_name = aws_autoscaling_group.batch.name
  lifecycle_transition   = "autoscaling:EC2_INSTANCE_LAUNCHING"
  heartbeat_timeout      = 300
  default_result         = "CONTINUE"
}

resource "aws_autoscaling_schedule" "night" {
  scheduled_action_name  = "example-night"
  autoscaling_group_name = aws_autoscaling_group.batch.name
  min_size               = 0
  max_size               = 2
  desired_capacity       = 0
  recurrence             = "0 22 * * *"
  time_zone              = "Europe/Berlin"
}

# On demand and Spot, over several instance types that count for as much as they are worth. Spot Instances are launched by the
# same service-linked role, so the key policy above is enough for them, too.
resource "aws_autoscaling_group" "mixed" {
  name                    = "example-mixed"
  min_size                = 1
  max_size                = 6
  desired_capacity        = 4
  availability_zones      = slice(data.aws_availability_zones.available.names, 0, 2)
  service_linked_role_arn = aws_iam_service_linked_role.auto_scaling.arn
  capacity_rebalance      = true
  max_instance_lifetime   = 604800

  mixed_instances_policy {
    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.group.id
        version            = aws_launch_template.group.latest_version
      }
      override {
        instance_type     = "t3.small"
        weighted_capacity = "2"
      }
      override {
        instance_type     = "t3.micro"
        weighted_capacity = "1"
      }
    }
    instances_distribution {
      on_demand_base_capacity                  = 1
      on_demand_percentage_above_base_capacity = 0
      spot_allocation_strategy                 = "price-capacity-optimized"
    }
  }

  instance_maintenance_policy {
    min_healthy_percentage = 90
    max_healthy_percentage = 120
  }

  availability_zone_distribution {
    capacity_distribution_strategy = "balanced-only"
  }

  instance_refresh {
    strategy = "Rolling"
    preferences {
      min_healthy_percentage = 100
      max_healthy_percentage = 110
      instance_warmup        = 0
    }
  }
}

resource "aws_autoscaling_policy" "cpu" {
  name                   = "example-cpu"
  autoscaling_group_name = aws_autoscaling_group.mixed.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
    target_value = 50
  }
}

# Instances that are kept ready, stopped, for a group that has none yet.
resource "aws_autoscaling_group" "ready" {
  name                    = "example-ready"
  min_size                = 0
  max_size                = 1
  availability_zones      = [local.zone]
  service_linked_role_arn = aws_iam_service_linked_role.auto_scaling.arn

  launch_template {
    id      = aws_launch_template.group.id
    version = "$Default"
  }

  warm_pool {
    pool_state                  = "Stopped"
    min_size                    = 1
    max_group_prepared_capacity = 1

    instance_reuse_policy {
      reuse_on_scale_in = true
    }
  }
}
