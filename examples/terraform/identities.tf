# John of the story: everything in EC2, and nothing else, within a permissions boundary.

resource "aws_iam_user" "john" {
  name                 = "example-john"
  path                 = "/operators/"
  permissions_boundary = aws_iam_policy.boundary.arn
  force_destroy        = true
}

resource "aws_iam_access_key" "john" {
  user = aws_iam_user.john.name
}

resource "aws_iam_user_policy" "john" {
  name   = "ec2-only"
  user   = aws_iam_user.john.name
  policy = data.aws_iam_policy_document.ec2_only.json
}

resource "aws_iam_group" "operators" {
  name = "example-operators"
}

resource "aws_iam_group_membership" "operators" {
  name  = "example-operators"
  group = aws_iam_group.operators.name
  users = [aws_iam_user.john.name]
}

resource "aws_iam_group_policy_attachment" "operators" {
  group      = aws_iam_group.operators.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

data "aws_iam_policy_document" "ec2_only" {
  statement {
    actions   = ["ec2:*"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "boundary" {
  name        = "example-boundary"
  description = "What an operator may have at most"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["ec2:*", "kms:*"]
      Resource = "*"
    }]
  })
}

data "aws_iam_policy_document" "assume_by_ec2" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "operator" {
  name                 = "example-operator"
  description          = "Runs the example's instances"
  assume_role_policy   = data.aws_iam_policy_document.assume_by_ec2.json
  max_session_duration = 7200
}

resource "aws_iam_role_policy" "operator" {
  name   = "ec2-only"
  role   = aws_iam_role.operator.id
  policy = data.aws_iam_policy_document.ec2_only.json
}

resource "aws_iam_role_policy_attachment" "operator" {
  role       = aws_iam_role.operator.name
  policy_arn = aws_iam_policy.boundary.arn
}

resource "aws_iam_instance_profile" "operator" {
  name = "example-operator"
  role = aws_iam_role.operator.name
}
