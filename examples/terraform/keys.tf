# Keys: one with the default policy, one whose policy lets a role use it through EC2 only.

resource "aws_kms_key" "volumes" {
  description             = "Encrypts the example's volumes"
  deletion_window_in_days = 7
  enable_key_rotation     = true
}

resource "aws_kms_alias" "volumes" {
  name          = "alias/example-volumes"
  target_key_id = aws_kms_key.volumes.key_id
}

data "aws_iam_policy_document" "through_ec2" {
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
    sid       = "Use through EC2"
    actions   = ["kms:GenerateDataKeyWithoutPlaintext", "kms:Decrypt", "kms:ReEncrypt*", "kms:DescribeKey"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_role.operator.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["ec2.${data.aws_region.current.name}.amazonaws.com"]
    }
  }

  statement {
    sid       = "Grants for AWS resources only"
    actions   = ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_role.operator.arn]
    }
    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }
  }
}

resource "aws_kms_key" "images" {
  description             = "Encrypts the example's images"
  deletion_window_in_days = 7
  policy                  = data.aws_iam_policy_document.through_ec2.json
}

resource "aws_kms_grant" "reader" {
  name              = "example-reader"
  key_id            = aws_kms_key.volumes.key_id
  grantee_principal = aws_iam_role.operator.arn
  operations        = ["Decrypt", "DescribeKey"]

  constraints {
    encryption_context_subset = { Department = "Finance" }
  }
}

resource "aws_kms_ciphertext" "secret" {
  key_id    = aws_kms_key.volumes.key_id
  plaintext = "not a secret"
  context   = { Department = "Finance" }
}
