# Snapshots and what comes after: an archived one under a key, an archived copy, and one with fast restores in two zones.
terraform {
  required_providers { aws = { source = "hashicorp/aws" } }
}
provider "aws" { region = "us-east-1" }
resource "aws_kms_key" "this" { description = "snapshots" }
resource "aws_ebs_volume" "this" {
  availability_zone = "us-east-1a"
  size              = 1
  encrypted         = true
  kms_key_id        = aws_kms_key.this.arn
}
resource "aws_ebs_snapshot" "archived" {
  volume_id              = aws_ebs_volume.this.id
  storage_tier           = "archive"
  permanent_restore      = false
  temporary_restore_days = 2
  tags                   = { Name = "archived" }
}
resource "aws_ebs_snapshot" "fast" { volume_id = aws_ebs_volume.this.id }
resource "aws_ebs_snapshot_copy" "archived" {
  source_snapshot_id = aws_ebs_snapshot.fast.id
  source_region      = "us-east-1"
  encrypted          = true
  kms_key_id         = aws_kms_key.this.arn
  storage_tier       = "archive"
}
resource "aws_ebs_fast_snapshot_restore" "this" {
  for_each          = toset(["us-east-1a", "us-east-1b"])
  availability_zone = each.value
  snapshot_id       = aws_ebs_snapshot.fast.id
}
