# Instances: in the default VPC, and from a launch template with an encrypted root and an encrypted data volume.

resource "aws_instance" "plain" {
  ami               = data.aws_ami.amazon_linux.id
  instance_type     = "t3.micro"
  availability_zone = local.zone
  key_name          = aws_key_pair.john.key_name
  user_data         = "#!/bin/sh\necho hello\n"
  tags              = { Name = "example-plain" }

  root_block_device {
    volume_size = 9
    volume_type = "gp3"
  }
}

resource "aws_launch_template" "encrypted" {
  name                   = "example-encrypted"
  description            = "Encrypted root and data"
  image_id               = data.aws_ami.amazon_linux.id
  instance_type          = "t3.small"
  update_default_version = true
  vpc_security_group_ids = [aws_security_group.ssh.id]

  iam_instance_profile {
    arn = aws_iam_instance_profile.operator.arn
  }

  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
  }

  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      encrypted             = true
      kms_key_id            = aws_kms_key.volumes.arn
      volume_size           = 10
      volume_type           = "gp3"
      delete_on_termination = true
    }
  }

  tag_specifications {
    resource_type = "instance"
    tags          = { Name = "example-from-template" }
  }
}

resource "aws_instance" "from_template" {
  subnet_id = aws_subnet.example.id

  launch_template {
    id      = aws_launch_template.encrypted.id
    version = "$Latest"
  }

  ebs_block_device {
    device_name = "/dev/sdg"
    volume_size = 1
    volume_type = "gp3"
    encrypted   = true
    kms_key_id  = aws_kms_key.images.arn
  }
}

resource "aws_instance" "from_encrypted_image" {
  ami                    = aws_ami_copy.encrypted.id
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.example.id
  vpc_security_group_ids = [aws_security_group.ssh.id, aws_security_group.web.id]
}

resource "aws_instance" "at_fixed_address" {
  ami           = data.aws_ami.amazon_linux.id
  instance_type = "t3.micro"

  network_interface {
    network_interface_id = aws_network_interface.fixed.id
    device_index         = 0
  }
}

resource "aws_key_pair" "john" {
  key_name   = "example-john"
  public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ8zqhb3B1mDCL2TjJ1mYBzVnZ1jUO8wkYr2v0m3oZR john@example"
}
