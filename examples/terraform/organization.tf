# An organization around the account: a member account in a unit of its own, held by a service control policy, and its
# resources by a resource control policy.

resource "aws_organizations_organization" "example" {
  feature_set          = "ALL"
  enabled_policy_types = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]
}

resource "aws_organizations_organizational_unit" "workloads" {
  name      = "example-workloads"
  parent_id = aws_organizations_organization.example.roots[0].id
}

resource "aws_organizations_account" "member" {
  name      = "example-member"
  email     = "member@example.com"
  parent_id = aws_organizations_organizational_unit.workloads.id
  tags      = { stage = "test" }
}

resource "aws_organizations_policy" "keep_keys" {
  name = "example-keep-keys"
  type = "SERVICE_CONTROL_POLICY"
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Deny"
      Action   = ["kms:ScheduleKeyDeletion", "kms:DisableKey"]
      Resource = "*"
    }]
  })
  depends_on = [aws_organizations_organization.example]
}

resource "aws_organizations_policy_attachment" "keep_keys" {
  policy_id = aws_organizations_policy.keep_keys.id
  target_id = aws_organizations_organizational_unit.workloads.id
}

resource "aws_organizations_policy" "own_keys_only" {
  name = "example-own-keys-only"
  type = "RESOURCE_CONTROL_POLICY"
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "kms:*"
      Resource  = "*"
      Condition = {
        StringNotEqualsIfExists = { "aws:PrincipalOrgID" = aws_organizations_organization.example.id }
        BoolIfExists            = { "aws:PrincipalIsAWSService" = "false" }
      }
    }]
  })
}

resource "aws_organizations_policy_attachment" "own_keys_only" {
  policy_id = aws_organizations_policy.own_keys_only.id
  target_id = aws_organizations_account.member.id
}
