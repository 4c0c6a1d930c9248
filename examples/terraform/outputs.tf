output "instances" {
  value = [aws_instance.plain.id, aws_instance.from_template.id, aws_instance.from_encrypted_image.id]
}

output "encrypted_image" {
  value = aws_ami_copy.encrypted.id
}

output "default_subnets" {
  value = length(data.aws_subnets.default.ids)
}
