# A node group: encrypted volumes under a key that its own service-linked role may use, mixed instances, a warm pool, a schedule.
terraform {
  required_providers { aws = { source = "hashicorp/aws" } }
}
provider "aws" {
  region = "us-east-1"
  default_tags { tags = { team = "platform", env = var.env } }
}
variable "env" { default = "dev" }
data "aws_caller_identity" "me" {}
data "aws_partition" "here" {}
data "aws_ssm_parameter" "al2023" { name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64" }
data "aws_vpc" "default" { default = true }
data "aws_subnets" "default" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default.id]
  }
}
data "aws_ec2_instance_type_offerings" "t" {
  filter {
    name   = "instance-type"
    values = ["t3.micro", "t3a.micro"]
  }
  location_type = "availability-zone"
}
resource "aws_iam_service_linked_role" "asg" {
  aws_service_name = "autoscaling.amazonaws.com"
  custom_suffix    = "nodes"
}
data "aws_iam_policy_document" "key" {
  statement {
    sid       = "Admin"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.me.account_id}:root"]
    }
  }
  statement {
    sid       = "Use"
    actions   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_service_linked_role.asg.arn]
    }
  }
  statement {
    sid       = "Grants"
    actions   = ["kms:CreateGrant"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_service_linked_role.asg.arn]
    }
    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }
  }
}
resource "aws_kms_key" "nodes" {
  description             = "nodes ${var.env}"
  enable_key_rotation     = true
  rotation_period_in_days = 180
  deletion_window_in_days = 7
  policy                  = data.aws_iam_policy_document.key.json
}
resource "aws_kms_alias" "nodes" {
  name_prefix   = "alias/nodes-"
  target_key_id = aws_kms_key.nodes.key_id
}
resource "aws_security_group" "nodes" {
  name_prefix = "nodes-"
  vpc_id      = data.aws_vpc.default.id
  dynamic "ingress" {
    for_each = toset([443, 10250])
    content {
      from_port = ingress.value
      to_port   = ingress.value
      protocol  = "tcp"
      self      = true
    }
  }
  egress {
    from_port        = 0
    to_port          = 0
    protocol         = "-1"
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
  lifecycle { create_before_destroy = true }
}
resource "aws_iam_role" "node" {
  name_prefix          = "node-"
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
  max_session_duration = 7200
}
resource "aws_iam_role_policy_attachment" "node" {
  for_each   = toset(["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryReadOnly", "AmazonSSMManagedInstanceCore", "AmazonEKS_CNI_Policy"])
  role       = aws_iam_role.node.name
  policy_arn = "arn:${data.aws_partition.here.partition}:iam::aws:policy/${each.value}"
}
resource "aws_iam_instance_profile" "node" {
  name_prefix = "node-"
  role        = aws_iam_role.node.name
}
resource "aws_launch_template" "node" {
  name_prefix            = "node-"
  description            = var.env
  update_default_version = true
  image_id               = nonsensitive(data.aws_ssm_parameter.al2023.value)
  instance_type          = "t3.micro"
  ebs_optimized          = true
  user_data              = base64encode("#!/bin/bash\n/etc/eks/bootstrap.sh ${var.env}\n")
  iam_instance_profile { arn = aws_iam_instance_profile.node.arn }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size           = 20
      volume_type           = "gp3"
      iops                  = 3000
      throughput            = 150
      encrypted             = true
      kms_key_id            = aws_kms_key.nodes.arn
      delete_on_termination = true
    }
  }
  block_device_mappings {
    device_name = "/dev/xvdb"
    ebs {
      volume_size = 50
      volume_type = "gp3"
      encrypted   = true
      kms_key_id  = aws_kms_key.nodes.arn
    }
  }
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 2
    instance_metadata_tags      = "enabled"
  }
  monitoring { enabled = true }
  network_interfaces {
    associate_public_ip_address = true
    delete_on_termination       = true
    security_groups             = [aws_security_group.nodes.id]
  }
  private_dns_name_options {
    hostname_type                     = "resource-name"
    enable_resource_name_dns_a_record = true
  }
  maintenance_options { auto_recovery = "default" }
  enclave_options { enabled = false }
  dynamic "tag_specifications" {
    for_each = toset(["instance", "volume", "network-interface"])
    content {
      resource_type = tag_specifications.value
      tags          = { Name = "node", "kubernetes.io/cluster/app" = "owned" }
    }
  }
  lifecycle { create_before_destroy = true }
}
resource "aws_autoscaling_group" "node" {
  name_prefix               = "node-"
  min_size                  = 1
  max_size                  = 4
  desired_capacity          = var.env == "dev" ? 2 : 3
  vpc_zone_identifier       = slice(sort(data.aws_subnets.default.ids), 0, 2)
  capacity_rebalance        = true
  health_check_type         = "EC2"
  health_check_grace_period = 15
  default_cooldown          = 60
  default_instance_warmup   = 30
  max_instance_lifetime     = 604800
  enabled_metrics           = ["GroupInServiceInstances", "GroupDesiredCapacity"]
  termination_policies      = ["OldestLaunchTemplate", "OldestInstance"]
  protect_from_scale_in     = false
  suspended_processes       = ["AZRebalance"]
  service_linked_role_arn   = aws_iam_service_linked_role.asg.arn
  mixed_instances_policy {
    instances_distribution {
      on_demand_base_capacity                  = 1
      on_demand_percentage_above_base_capacity = 50
      spot_allocation_strategy                 = "price-capacity-optimized"
    }
    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.node.id
        version            = aws_launch_template.node.latest_version
      }
      override {
        instance_type     = "t3.micro"
        weighted_capacity = "1"
      }
      override {
        instance_type     = "t3a.micro"
        weighted_capacity = "1"
      }
    }
  }
  instance_refresh {
    strategy = "Rolling"
    triggers = ["tag"]
    preferences {
      min_healthy_percentage = 50
      max_healthy_percentage = 150
      instance_warmup        = 0
      skip_matching          = true
      auto_rollback          = true
      checkpoint_percentages = [50, 100]
      checkpoint_delay       = "1"
    }
  }
  initial_lifecycle_hook {
    name                 = "drain"
    lifecycle_transition = "autoscaling:EC2_INSTANCE_TERMINATING"
    heartbeat_timeout    = 30
    default_result       = "CONTINUE"
  }
  dynamic "tag" {
    for_each = { Name = "node", "k8s.io/cluster-autoscaler/enabled" = "true", env = var.env }
    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }
  timeouts { delete = "5m" }
  lifecycle { ignore_changes = [desired_capacity] }
  depends_on = [aws_iam_role_policy_attachment.node, aws_kms_alias.nodes]
}
resource "aws_autoscaling_policy" "cpu" {
  name                      = "cpu"
  autoscaling_group_name    = aws_autoscaling_group.node.name
  policy_type               = "TargetTrackingScaling"
  estimated_instance_warmup = 60
  target_tracking_configuration {
    predefined_metric_specification { predefined_metric_type = "ASGAverageCPUUtilization" }
    target_value     = 60
    disable_scale_in = false
  }
}
resource "aws_autoscaling_schedule" "night" {
  scheduled_action_name  = "night"
  autoscaling_group_name = aws_autoscaling_group.node.name
  min_size               = -1
  max_size               = -1
  desired_capacity       = 1
  recurrence             = "0 22 * * MON-FRI"
  time_zone              = "Europe/Berlin"
}
resource "aws_autoscaling_notification" "n" {
  group_names   = [aws_autoscaling_group.node.name]
  notifications = ["autoscaling:EC2_INSTANCE_LAUNCH", "autoscaling:EC2_INSTANCE_LAUNCH_ERROR"]
  topic_arn     = "arn:aws:sns:us-east-1:${data.aws_caller_identity.me.account_id}:scaling"
}
resource "aws_autoscaling_group" "warm" {
  name               = "warm"
  min_size           = 0
  max_size           = 3
  desired_capacity   = 1
  availability_zones = ["us-east-1a"]
  launch_template {
    name    = aws_launch_template.node.name
    version = "$Default"
  }
  warm_pool {
    pool_state                  = "Stopped"
    min_size                    = 1
    max_group_prepared_capacity = 2
    instance_reuse_policy { reuse_on_scale_in = true }
  }
  availability_zone_distribution { capacity_distribution_strategy = "balanced-best-effort" }
  instance_maintenance_policy {
    min_healthy_percentage = 90
    max_healthy_percentage = 120
  }
  service_linked_role_arn = aws_iam_service_linked_role.asg.arn
}
data "aws_instances" "nodes" {
  instance_tags        = { "kubernetes.io/cluster/app" = "owned" }
  instance_state_names = ["running", "pending"]
  depends_on           = [aws_autoscaling_group.node]
}
output "zones" { value = length(data.aws_ec2_instance_type_offerings.t.locations) }
