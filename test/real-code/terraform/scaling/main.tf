# A group with a scaling policy, and alarms of a metric, of metric math and of other alarms.
terraform {
  required_providers { aws = { source = "hashicorp/aws" } }
}
provider "aws" {
  region = "us-east-1"
}
data "aws_subnets" "all" {}
data "aws_ami" "al" {
  owners      = ["amazon"]
  most_recent = true
  filter {
    name   = "name"
    values = ["al2023-*x86_64"]
  }
}
resource "aws_launch_template" "workers" {
  name          = "workers"
  image_id      = data.aws_ami.al.id
  instance_type = "t3.micro"
}
resource "aws_autoscaling_group" "workers" {
  name                = "workers"
  min_size            = 0
  max_size            = 2
  desired_capacity    = 0
  vpc_zone_identifier = data.aws_subnets.all.ids
  launch_template {
    id      = aws_launch_template.workers.id
    version = "$Latest"
  }
}
resource "aws_autoscaling_policy" "up" {
  name                   = "up"
  autoscaling_group_name = aws_autoscaling_group.workers.name
  adjustment_type        = "ChangeInCapacity"
  scaling_adjustment     = 1
  cooldown               = 300
}
resource "aws_cloudwatch_metric_alarm" "cpu" {
  alarm_name          = "cpu-high"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 2
  metric_name         = "CPUUtilization"
  namespace           = "AWS/EC2"
  period              = 120
  statistic           = "Average"
  threshold           = 80
  dimensions          = { AutoScalingGroupName = aws_autoscaling_group.workers.name }
  alarm_description   = "busy"
  alarm_actions       = [aws_autoscaling_policy.up.arn]
  tags                = { team = "core" }
}
resource "aws_cloudwatch_metric_alarm" "math" {
  alarm_name          = "math"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  threshold           = 10
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e1"
    expression  = "m1*2"
    label       = "double"
    return_data = true
  }
  metric_query {
    id = "m1"
    metric {
      metric_name = "CPUUtilization"
      namespace   = "AWS/EC2"
      period      = 60
      stat        = "Average"
    }
  }
}
resource "aws_cloudwatch_composite_alarm" "both" {
  actions_suppressor {
    alarm            = aws_cloudwatch_metric_alarm.math.alarm_name
    wait_period      = 10
    extension_period = 20
  }
  alarm_name = "both"
  alarm_rule = "ALARM(${aws_cloudwatch_metric_alarm.cpu.alarm_name}) OR ALARM(${aws_cloudwatch_metric_alarm.math.alarm_name})"
}
