# A role for whoever bears a token of an OpenID Connect provider. Keys for its tokens: latchkey issuer URL < keys.json

resource "aws_iam_openid_connect_provider" "builds" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "deploy" {
  name                 = "example-deploy"
  max_session_duration = 7200
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.builds.arn }
      Condition = {
        StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" }
        StringLike   = { "token.actions.githubusercontent.com:sub" = "repo:example/app:*" }
      }
    }]
  })
}

data "aws_iam_principal_policy_simulation" "deploy" {
  action_names      = ["kms:Decrypt"]
  policy_source_arn = aws_iam_role.deploy.arn
}
