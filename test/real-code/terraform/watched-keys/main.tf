# What is put around keys to see who used them: log groups and buses under a key, rules, alarms, filters, an archive.
terraform {
  required_providers { aws = { source = "hashicorp/aws" } }
}
provider "aws" { region = "us-east-1" }
variable "env" { default = "dev" }
data "aws_caller_identity" "me" {}
data "aws_region" "here" {}
resource "aws_kms_key" "logs" {
  deletion_window_in_days = 7
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Sid = "Account", Effect = "Allow", Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }, Action = "kms:*", Resource = "*" },
    { Sid = "Logs", Effect = "Allow", Principal = { Service = "logs.${data.aws_region.here.name}.amazonaws.com" }, Action = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"], Resource = "*", Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:${data.aws_region.here.name}:${data.aws_caller_identity.me.account_id}:*" } } },
    { Sid = "Events", Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:ReEncrypt*"], Resource = "*" },
  ] })
}
resource "aws_cloudwatch_log_group" "audit" {
  name              = "/audit/kms"
  retention_in_days = var.env == "dev" ? 30 : 90
  kms_key_id        = aws_kms_key.logs.arn
  log_group_class   = "STANDARD"
}
resource "aws_cloudwatch_log_stream" "s" {
  name           = "s"
  log_group_name = aws_cloudwatch_log_group.audit.name
}
resource "aws_cloudwatch_log_resource_policy" "events" {
  policy_name     = "events"
  policy_document = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = ["events.amazonaws.com", "delivery.logs.amazonaws.com"] }, Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "${aws_cloudwatch_log_group.audit.arn}:*" }] })
}
resource "aws_cloudwatch_event_rule" "kms" {
  for_each      = { deletion = ["ScheduleKeyDeletion", "DisableKey"], policy = ["PutKeyPolicy", "CreateGrant"] }
  name          = "kms-${each.key}"
  description   = each.key
  state         = var.env == "dev" ? "ENABLED" : "DISABLED"
  event_pattern = jsonencode({ source = ["aws.kms"], "detail-type" = ["AWS API Call via CloudTrail"], detail = { eventSource = ["kms.amazonaws.com"], eventName = each.value, errorCode = [{ exists = false }], userIdentity = { arn = [{ "anything-but" = { wildcard = "*/terraform*" } }] } } })
  tags          = { env = var.env }
}
resource "aws_cloudwatch_event_target" "log" {
  for_each  = aws_cloudwatch_event_rule.kms
  rule      = each.value.name
  target_id = "log"
  arn       = aws_cloudwatch_log_group.audit.arn
  input_transformer {
    input_paths    = { name = "$.detail.eventName", at = "$.time" }
    input_template = "{\"timestamp\": \"<at>\", \"message\": \"<name>\"}"
  }
}
resource "aws_cloudwatch_event_bus" "security" {
  name               = "security"
  description        = "security ${var.env}"
  kms_key_identifier = aws_kms_key.logs.arn
}
resource "aws_cloudwatch_event_bus_policy" "security" {
  event_bus_name = aws_cloudwatch_event_bus.security.name
  policy         = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "own", Effect = "Allow", Principal = { AWS = data.aws_caller_identity.me.account_id }, Action = "events:PutEvents", Resource = aws_cloudwatch_event_bus.security.arn }] })
}
resource "aws_iam_role" "forward" {
  name               = "forward"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = "sts:AssumeRole", Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.me.account_id } } }] })
  inline_policy {
    name   = "put"
    policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "events:PutEvents", Resource = aws_cloudwatch_event_bus.security.arn }] })
  }
}
resource "aws_cloudwatch_event_rule" "forward" {
  name_prefix   = "forward-"
  event_pattern = jsonencode({ source = ["aws.ec2"], detail-type = ["EBS Volume Notification"], detail = { event = [{ prefix = "create" }], result = ["failed"] } })
}
resource "aws_cloudwatch_event_target" "forward" {
  rule     = aws_cloudwatch_event_rule.forward.name
  arn      = aws_cloudwatch_event_bus.security.arn
  role_arn = aws_iam_role.forward.arn
}
resource "aws_cloudwatch_event_archive" "a" {
  name             = "security"
  event_source_arn = aws_cloudwatch_event_bus.security.arn
  retention_days   = 7
  event_pattern    = jsonencode({ source = [{ prefix = "aws." }] })
}
resource "aws_cloudwatch_log_metric_filter" "denied" {
  name           = "kms-denied"
  log_group_name = aws_cloudwatch_log_group.audit.name
  pattern        = "{ ($.eventSource = kms.amazonaws.com) && ($.errorCode = \"*AccessDenied*\") }"
  metric_transformation {
    name          = "KmsDenied"
    namespace     = "Security"
    value         = "1"
    default_value = 0
    unit          = "Count"
  }
}
resource "aws_cloudwatch_metric_alarm" "denied" {
  alarm_name                = "kms-denied"
  namespace                 = "Security"
  metric_name               = "KmsDenied"
  statistic                 = "Sum"
  period                    = 300
  evaluation_periods        = var.env == "dev" ? 1 : 3
  threshold                 = 1
  comparison_operator       = "GreaterThanOrEqualToThreshold"
  treat_missing_data        = "notBreaching"
  alarm_actions             = ["arn:aws:sns:us-east-1:${data.aws_caller_identity.me.account_id}:security"]
  insufficient_data_actions = []
}
resource "aws_cloudwatch_metric_alarm" "material" {
  alarm_name          = "kms-material-expiry"
  namespace           = "AWS/KMS"
  metric_name         = "SecondsUntilKeyMaterialExpiration"
  dimensions          = { KeyId = aws_kms_key.logs.key_id }
  extended_statistic  = "p99"
  period              = 86400
  evaluation_periods  = 1
  threshold           = 604800
  comparison_operator = "LessThanThreshold"
  datapoints_to_alarm = 1
}
resource "aws_cloudwatch_metric_alarm" "anomaly" {
  alarm_name          = "anomaly"
  comparison_operator = "GreaterThanUpperThreshold"
  evaluation_periods  = 2
  threshold_metric_id = "ad1"
  metric_query {
    id          = "ad1"
    expression  = "ANOMALY_DETECTION_BAND(m1, 2)"
    label       = "band"
    return_data = true
  }
  metric_query {
    id          = "m1"
    return_data = true
    metric {
      namespace   = "AWS/Usage"
      metric_name = "CallCount"
      period      = 300
      stat        = "Sum"
      dimensions  = { Service = "KMS", Type = "API", Resource = "CryptographicOperationsSymmetric", Class = "None" }
    }
  }
}
resource "aws_cloudwatch_composite_alarm" "any" {
  alarm_name      = "kms-any"
  alarm_rule      = "ALARM(\"${aws_cloudwatch_metric_alarm.denied.alarm_name}\") OR ALARM(\"${aws_cloudwatch_metric_alarm.material.alarm_name}\")"
  actions_enabled = var.env == "dev"
  tags            = { env = var.env }
}
resource "aws_cloudwatch_dashboard" "kms" {
  dashboard_name = "kms"
  dashboard_body = jsonencode({ widgets = [{ type = "metric", x = 0, y = 0, width = 12, height = 6, properties = { metrics = [["Security", "KmsDenied"]], period = 300, stat = "Sum", region = "us-east-1", title = var.env } }, { type = "log", x = 0, y = 6, width = 24, height = 6, properties = { query = "SOURCE '/audit/kms' | fields @timestamp", region = "us-east-1" } }] })
}
resource "aws_cloudwatch_query_definition" "q" {
  name            = "kms/denied"
  log_group_names = [aws_cloudwatch_log_group.audit.name]
  query_string    = "fields @timestamp, eventName | filter errorCode like /Denied/ | limit 20"
}
resource "aws_flow_log" "vpc" {
  log_destination          = aws_cloudwatch_log_group.audit.arn
  iam_role_arn             = aws_iam_role.flow.arn
  traffic_type             = "REJECT"
  vpc_id                   = data.aws_vpc.default.id
  max_aggregation_interval = 60
}
data "aws_vpc" "default" { default = true }
resource "aws_iam_role" "flow" {
  name               = "flow"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "vpc-flow-logs.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
data "aws_cloudwatch_event_bus" "default" { name = "default" }
data "aws_cloudwatch_log_groups" "all" {
  log_group_name_prefix = "/audit"
  depends_on            = [aws_cloudwatch_log_group.audit]
}
