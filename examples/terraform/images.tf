# Images: Amazon's, one made of an instance, an encrypted copy of it, and one registered of a snapshot.

data "aws_ami" "amazon_linux" {
  most_recent = true
  owners      = ["amazon"]
  filter {
    name   = "name"
    values = ["al2023-ami-2023.*-x86_64"]
  }
}

resource "aws_ami_from_instance" "golden" {
  name               = "example-golden"
  source_instance_id = aws_instance.plain.id
}

resource "aws_ami_copy" "encrypted" {
  name              = "example-golden-encrypted"
  source_ami_id     = aws_ami_from_instance.golden.id
  source_ami_region = data.aws_region.current.name
  encrypted         = true
  kms_key_id        = aws_kms_key.images.arn
}

resource "aws_ami" "registered" {
  name                = "example-registered"
  virtualization_type = "hvm"
  architecture        = "x86_64"
  ena_support         = true
  root_device_name    = "/dev/xvda"

  ebs_block_device {
    device_name = "/dev/xvda"
    snapshot_id = aws_ebs_snapshot.data.id
    volume_size = 2
    volume_type = "gp3"
    iops        = 3000
    throughput  = 125
  }
}

resource "aws_ami_launch_permission" "shared" {
  image_id   = aws_ami_copy.encrypted.id
  account_id = "111122223333"
}
