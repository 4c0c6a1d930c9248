# Volumes blank, encrypted under a key of one's own, and from a snapshot; a snapshot and its copy under another key.

resource "aws_ebs_volume" "data" {
  availability_zone = local.zone
  size              = 1
  type              = "gp3"
  encrypted         = true
  kms_key_id        = aws_kms_key.volumes.arn
  tags              = { Name = "example-data" }
}

resource "aws_ebs_volume" "plain" {
  availability_zone = local.zone
  size              = 10
  type              = "gp3"
  iops              = 3500
  throughput        = 200
}

resource "aws_ebs_snapshot" "data" {
  volume_id   = aws_ebs_volume.data.id
  description = "The example's data"
}

resource "aws_ebs_snapshot_copy" "encrypted" {
  source_snapshot_id = aws_ebs_snapshot.data.id
  source_region      = data.aws_region.current.name
  encrypted          = true
  kms_key_id         = aws_kms_key.images.arn
  description        = "Under another key"
}

resource "aws_ebs_volume" "restored" {
  availability_zone = local.zone
  snapshot_id       = aws_ebs_snapshot.data.id
  type              = "gp3"
}

resource "aws_snapshot_create_volume_permission" "shared" {
  snapshot_id = aws_ebs_snapshot_copy.encrypted.id
  account_id  = "111122223333"
}

resource "aws_volume_attachment" "data" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.data.id
  instance_id = aws_instance.plain.id
}
