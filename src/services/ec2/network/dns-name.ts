/** The DNS names that a VPC gives to addresses (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html). */
import type { PrivateDnsNameOptionsResponse } from '../../../shapes/generated/ec2.ts';

const dashed = (ip: string) => ip.replaceAll('.', '-');

const privateDomain = (region: string) => `${region === 'us-east-1' ? 'ec2' : `${region}.compute`}.internal`;

export function privateDnsName(region: string, ip: string): string {
  return `ip-${dashed(ip)}.${privateDomain(region)}`;
}

interface NamedInstance {
  readonly id: string;
  readonly region: string;
  readonly privateDnsNames?: PrivateDnsNameOptionsResponse;
}

/** As each is where nobody has said otherwise. */
export const privateDnsNamesOf = ({ privateDnsNames }: Pick<NamedInstance, 'privateDnsNames'>) => ({
  HostnameType: 'ip-name' as const,
  EnableResourceNameDnsARecord: false,
  EnableResourceNameDnsAAAARecord: false,
  ...privateDnsNames,
});

/** By its primary address, or by its id (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hostname-types.html). */
export function hostName({ id, region, privateDnsNames }: NamedInstance, ip: string | undefined): string {
  if (privateDnsNames?.HostnameType === 'resource-name') return `${id}.${privateDomain(region)}`;
  return ip === undefined ? '' : privateDnsName(region, ip);
}

export function publicDnsName(region: string, ip: string): string {
  return `ec2-${dashed(ip)}.${region === 'us-east-1' ? 'compute-1' : `${region}.compute`}.amazonaws.com`;
}
