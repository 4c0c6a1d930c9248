# A network as the well-known module makes it: defaults managed, a NAT gateway a zone, endpoints, flow logs. Beside it one of both
# families with DHCP options, further blocks and a peer, and an instance with its place in a group and in a reservation.
terraform {
  required_providers { aws = { source = "hashicorp/aws" } }
}
provider "aws" { region = "us-east-1" }
data "aws_availability_zones" "all" { state = "available" }
locals { azs = slice(data.aws_availability_zones.all.names, 0, 2) }
resource "aws_vpc" "this" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
  tags                 = { Name = "real" }
}
resource "aws_default_network_acl" "this" {
  default_network_acl_id = aws_vpc.this.default_network_acl_id
  subnet_ids             = null
  ingress {
    action     = "allow"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    protocol   = "-1"
    rule_no    = 100
    to_port    = 0
  }
  ingress {
    action          = "allow"
    from_port       = 0
    ipv6_cidr_block = "::/0"
    protocol        = "-1"
    rule_no         = 101
    to_port         = 0
  }
  egress {
    action     = "allow"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    protocol   = "-1"
    rule_no    = 100
    to_port    = 0
  }
  egress {
    action          = "allow"
    from_port       = 0
    ipv6_cidr_block = "::/0"
    protocol        = "-1"
    rule_no         = 101
    to_port         = 0
  }
  lifecycle { ignore_changes = [subnet_ids] }
}
resource "aws_default_security_group" "this" { vpc_id = aws_vpc.this.id }
resource "aws_default_route_table" "this" {
  default_route_table_id = aws_vpc.this.default_route_table_id
  route                  = []
}
resource "aws_internet_gateway" "this" { vpc_id = aws_vpc.this.id }
resource "aws_subnet" "public" {
  count                   = 2
  vpc_id                  = aws_vpc.this.id
  availability_zone       = local.azs[count.index]
  cidr_block              = cidrsubnet("10.0.0.0/16", 8, count.index)
  map_public_ip_on_launch = true
}
resource "aws_subnet" "private" {
  count             = 2
  vpc_id            = aws_vpc.this.id
  availability_zone = local.azs[count.index]
  cidr_block        = cidrsubnet("10.0.0.0/16", 8, 10 + count.index)
}
resource "aws_route_table" "public" { vpc_id = aws_vpc.this.id }
resource "aws_route" "internet" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}
resource "aws_route_table_association" "public" {
  count          = 2
  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public.id
}
resource "aws_eip" "nat" {
  count  = 2
  domain = "vpc"
}
resource "aws_nat_gateway" "this" {
  count         = 2
  allocation_id = aws_eip.nat[count.index].id
  subnet_id     = aws_subnet.public[count.index].id
  depends_on    = [aws_internet_gateway.this]
}
resource "aws_route_table" "private" {
  count  = 2
  vpc_id = aws_vpc.this.id
}
resource "aws_route" "nat" {
  count                  = 2
  route_table_id         = aws_route_table.private[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[count.index].id
}
resource "aws_route_table_association" "private" {
  count          = 2
  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private[count.index].id
}
resource "aws_cloudwatch_log_group" "flow" {
  name              = "/aws/vpc-flow-log/${aws_vpc.this.id}"
  retention_in_days = 7
}
data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }
  }
}
resource "aws_iam_role" "flow" {
  name_prefix        = "vpc-flow-log-role-"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}
resource "aws_flow_log" "this" {
  log_destination_type     = "cloud-watch-logs"
  log_destination          = aws_cloudwatch_log_group.flow.arn
  iam_role_arn             = aws_iam_role.flow.arn
  traffic_type             = "ALL"
  vpc_id                   = aws_vpc.this.id
  max_aggregation_interval = 60
}
data "aws_vpc_endpoint_service" "s3" {
  service      = "s3"
  service_type = "Gateway"
}
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.this.id
  service_name    = data.aws_vpc_endpoint_service.s3.service_name
  route_table_ids = concat(aws_route_table.private[*].id, [aws_route_table.public.id])
}
resource "aws_security_group" "endpoints" {
  name_prefix = "endpoints-"
  vpc_id      = aws_vpc.this.id
}
resource "aws_ec2_managed_prefix_list" "partners" {
  name           = "partners"
  address_family = "IPv4"
  max_entries    = 5
  entry {
    cidr        = "192.0.2.0/24"
    description = "one"
  }
}
resource "aws_vpc_security_group_ingress_rule" "https" {
  security_group_id = aws_security_group.endpoints.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  prefix_list_id    = aws_ec2_managed_prefix_list.partners.id
}
resource "aws_vpc_endpoint" "kms" {
  vpc_id              = aws_vpc.this.id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.us-east-1.kms"
  subnet_ids          = aws_subnet.private[*].id
  security_group_ids  = [aws_security_group.endpoints.id]
  private_dns_enabled = true
}
data "aws_prefix_list" "s3" { name = "com.amazonaws.us-east-1.s3" }
data "aws_ec2_managed_prefix_list" "s3" { name = "com.amazonaws.us-east-1.s3" }
resource "aws_ssm_parameter" "ami" {
  name  = "/app/size"
  type  = "String"
  value = "t3.micro"
}
data "aws_ssm_parameter" "al" { name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64" }
resource "aws_instance" "this" {
  ami           = nonsensitive(data.aws_ssm_parameter.al.value)
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.private[0].id
}
resource "aws_vpc" "dual" {
  cidr_block                       = "10.0.0.0/16"
  assign_generated_ipv6_cidr_block = true
  enable_dns_hostnames             = true
  tags                             = { Name = "dual" }
}
resource "aws_vpc_ipv4_cidr_block_association" "second" {
  vpc_id     = aws_vpc.dual.id
  cidr_block = "10.1.0.0/16"
}
resource "aws_vpc_dhcp_options" "dual" {
  domain_name         = "corp.example"
  domain_name_servers = ["AmazonProvidedDNS"]
  ntp_servers         = ["169.254.169.123"]
}
resource "aws_vpc_dhcp_options_association" "dual" {
  vpc_id          = aws_vpc.dual.id
  dhcp_options_id = aws_vpc_dhcp_options.dual.id
}
resource "aws_subnet" "dual_public" {
  vpc_id                                         = aws_vpc.dual.id
  availability_zone                              = local.azs[0]
  cidr_block                                     = "10.0.1.0/24"
  ipv6_cidr_block                                = cidrsubnet(aws_vpc.dual.ipv6_cidr_block, 8, 0)
  assign_ipv6_address_on_creation                = true
  enable_resource_name_dns_aaaa_record_on_launch = true
  enable_resource_name_dns_a_record_on_launch    = true
  private_dns_hostname_type_on_launch            = "resource-name"
  map_public_ip_on_launch                        = true
}
resource "aws_subnet" "dual_private" {
  vpc_id            = aws_vpc_ipv4_cidr_block_association.second.vpc_id
  availability_zone = local.azs[0]
  cidr_block        = "10.1.1.0/24"
  enable_dns64      = true
}
resource "aws_subnet" "native" {
  vpc_id                          = aws_vpc.dual.id
  availability_zone               = local.azs[0]
  ipv6_native                     = true
  ipv6_cidr_block                 = cidrsubnet(aws_vpc.dual.ipv6_cidr_block, 8, 1)
  assign_ipv6_address_on_creation = true
}
resource "aws_ec2_instance_connect_endpoint" "dual" { subnet_id = aws_subnet.dual_private.id }
resource "aws_internet_gateway" "dual" { vpc_id = aws_vpc.dual.id }
resource "aws_egress_only_internet_gateway" "dual" { vpc_id = aws_vpc.dual.id }
resource "aws_route_table" "dual_public" {
  vpc_id = aws_vpc.dual.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.dual.id
  }
}
resource "aws_route" "public_ipv6" {
  route_table_id              = aws_route_table.dual_private.id
  destination_ipv6_cidr_block = "::/0"
  egress_only_gateway_id      = aws_egress_only_internet_gateway.dual.id
}
resource "aws_route_table" "dual_private" { vpc_id = aws_vpc.dual.id }
resource "aws_main_route_table_association" "dual" {
  vpc_id         = aws_vpc.dual.id
  route_table_id = aws_route_table.dual_public.id
}
resource "aws_route_table_association" "dual" {
  subnet_id      = aws_subnet.dual_private.id
  route_table_id = aws_route_table.dual_private.id
}
resource "aws_vpc" "peer" { cidr_block = "10.9.0.0/16" }
resource "aws_vpc_peering_connection" "dual" {
  vpc_id      = aws_vpc.dual.id
  peer_vpc_id = aws_vpc.peer.id
  auto_accept = true
  tags        = { Name = "peers" }
}
resource "aws_route" "peer" {
  route_table_id            = aws_route_table.dual_private.id
  destination_cidr_block    = aws_vpc.peer.cidr_block
  vpc_peering_connection_id = aws_vpc_peering_connection.dual.id
}
resource "aws_network_acl" "dual" {
  vpc_id     = aws_vpc.dual.id
  subnet_ids = [aws_subnet.dual_public.id]
  ingress {
    rule_no         = 140
    action          = "allow"
    protocol        = "tcp"
    from_port       = 80
    to_port         = 80
    ipv6_cidr_block = "::/0"
  }
}
resource "aws_security_group" "dual" {
  name   = "dual"
  vpc_id = aws_vpc.dual.id
}
resource "aws_vpc_security_group_ingress_rule" "ipv6" {
  security_group_id = aws_security_group.dual.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv6         = "::/0"
}
resource "aws_placement_group" "dual" {
  name     = "web"
  strategy = "cluster"
}
resource "aws_ec2_capacity_reservation" "targeted" {
  instance_type           = "c5.large"
  instance_platform       = "Linux/UNIX"
  availability_zone       = local.azs[0]
  instance_count          = 1
  instance_match_criteria = "targeted"
}
data "aws_ami" "al" {
  most_recent = true
  owners      = ["amazon"]
  filter {
    name   = "name"
    values = ["al2023-ami-2023*-x86_64"]
  }
}
resource "aws_network_interface" "extra" {
  subnet_id          = aws_subnet.dual_public.id
  ipv6_address_count = 1
  security_groups    = [aws_security_group.dual.id]
}
resource "aws_instance" "dual" {
  ami                    = data.aws_ami.al.id
  instance_type          = "c5.large"
  subnet_id              = aws_subnet.dual_public.id
  vpc_security_group_ids = [aws_security_group.dual.id]
  placement_group        = aws_placement_group.dual.id
  ipv6_address_count     = 1
  capacity_reservation_specification {
    capacity_reservation_target {
      capacity_reservation_id = aws_ec2_capacity_reservation.targeted.id
    }
  }
}

resource "aws_vpn_gateway" "office" {
  vpc_id = aws_vpc.this.id
}

resource "aws_customer_gateway" "office" {
  type       = "ipsec.1"
  ip_address = "203.0.113.12"
  bgp_asn    = 65010
}

# The provider reads the ends of the tunnels, and their keys, in the configuration of the device.
resource "aws_vpn_connection" "office" {
  type                  = "ipsec.1"
  vpn_gateway_id        = aws_vpn_gateway.office.id
  customer_gateway_id   = aws_customer_gateway.office.id
  tunnel1_inside_cidr   = "169.254.10.0/30"
  tunnel1_preshared_key = "correct.horse_battery"
  lifecycle {
    postcondition {
      condition     = self.tunnel1_cgw_inside_address == "169.254.10.2" && self.tunnel1_bgp_asn == "64512" && self.tunnel2_address != ""
      error_message = "the tunnels have no ends"
    }
  }
}
