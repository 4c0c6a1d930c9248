# From here on, new volumes are encrypted, under a key of one's own where the request names none.

resource "aws_ebs_default_kms_key" "default" {
  key_arn    = aws_kms_key.volumes.arn
  depends_on = [aws_instance.plain, aws_ami_from_instance.golden, aws_ami_copy.encrypted, aws_ebs_volume.plain]
}

resource "aws_ebs_encryption_by_default" "on" {
  enabled    = true
  depends_on = [aws_ebs_default_kms_key.default]
}
