/** The DNS names that a VPC gives to addresses (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html). */
const dashed = (ip: string) => ip.replaceAll('.', '-');

export function privateDnsName(region: string, ip: string): string {
  return `ip-${dashed(ip)}.${region === 'us-east-1' ? 'ec2' : `${region}.compute`}.internal`;
}

export function publicDnsName(region: string, ip: string): string {
  return `ec2-${dashed(ip)}.${region === 'us-east-1' ? 'compute-1' : `${region}.compute`}.amazonaws.com`;
}
