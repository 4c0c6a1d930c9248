# What becomes of volumes and keys, in a log group: failures of keys among them.
#
#   aws logs filter-log-events --log-group-name /aws/events/example-volumes --filter-pattern '{ $.detail.result = "failed" }'

resource "aws_cloudwatch_log_group" "volumes" {
  name              = "/aws/events/example-volumes"
  retention_in_days = 7
}

data "aws_iam_policy_document" "events_to_logs" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.volumes.arn}:*"]
    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com", "delivery.logs.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudwatch_event_rule.volumes.arn, aws_cloudwatch_event_rule.keys.arn]
    }
  }
}

resource "aws_cloudwatch_log_resource_policy" "events" {
  policy_name     = "example-events"
  policy_document = data.aws_iam_policy_document.events_to_logs.json
}

resource "aws_cloudwatch_event_rule" "volumes" {
  name        = "example-volumes"
  description = "Volumes that were made, or could not be"
  event_pattern = jsonencode({
    source      = ["aws.ec2"]
    detail-type = ["EBS Volume Notification"]
  })
}

resource "aws_cloudwatch_event_target" "volumes" {
  rule = aws_cloudwatch_event_rule.volumes.name
  arn  = aws_cloudwatch_log_group.volumes.arn
}

# Whoever disables a key, or schedules its deletion, as CloudTrail tells it.
resource "aws_cloudwatch_event_rule" "keys" {
  name = "example-keys"
  event_pattern = jsonencode({
    source      = ["aws.kms"]
    detail-type = ["AWS API Call via CloudTrail"]
    detail      = { eventName = ["DisableKey", "ScheduleKeyDeletion"] }
  })
}

resource "aws_cloudwatch_event_target" "keys" {
  rule = aws_cloudwatch_event_rule.keys.name
  arn  = aws_cloudwatch_log_group.volumes.arn

  input_transformer {
    input_paths = {
      who  = "$.detail.userIdentity.arn"
      what = "$.detail.eventName"
      key  = "$.detail.requestParameters.keyId"
    }
    input_template = "\"<who> called <what> on <key>\""
  }
}

resource "aws_cloudwatch_event_bus" "orders" {
  name = "example-orders"
}

resource "aws_cloudwatch_event_permission" "orders" {
  event_bus_name = aws_cloudwatch_event_bus.orders.name
  principal      = "111122223333"
  statement_id   = "example"
}

resource "aws_cloudwatch_event_rule" "daily" {
  name                = "example-daily"
  schedule_expression = "cron(0 6 * * ? *)"
}

resource "aws_cloudwatch_event_archive" "keys" {
  name             = "example-keys"
  event_source_arn = "arn:aws:events:${data.aws_region.current.name}:${local.account}:event-bus/default"
  event_pattern    = aws_cloudwatch_event_rule.keys.event_pattern
  retention_days   = 30
}
