/**
 * What every VPC comes with: a default security group, a main route table and a default network ACL
 * (https://docs.aws.amazon.com/vpc/latest/userguide/create-vpc.html).
 */
import {
  localRoutes,
  type NetworkAclRecord,
  type RouteTableRecord,
  type SecurityGroupRecord,
  type SecurityGroupRuleRecord,
  type VpcRecord,
} from './network-records.ts';

export interface VpcParts {
  readonly securityGroup: SecurityGroupRecord;
  readonly rules: readonly SecurityGroupRuleRecord[];
  readonly routeTable: RouteTableRecord;
  readonly networkAcl: NetworkAclRecord;
}

/** Gives an id; `part` distinguishes several of one prefix. */
export type IdSource = (prefix: string, part?: string) => string;

export function makeVpcParts(vpc: VpcRecord, newId: IdSource): VpcParts {
  const { account, region, id: vpcId } = vpc;
  const owned = { account, region, tags: [] };
  const groupId = newId('sg');
  return {
    securityGroup: {
      ...owned,
      id: groupId,
      vpcId,
      name: 'default',
      description: 'default VPC security group',
    },
    rules: [
      {
        ...allowAll(false),
        ...owned,
        id: newId('sgr', 'ingress'),
        groupId,
        referencedGroup: { groupId, userId: account },
      },
      { ...allowAll(true), ...owned, id: newId('sgr', 'egress'), groupId, cidrIpv4: '0.0.0.0/0' },
    ],
    routeTable: {
      ...owned,
      id: newId('rtb'),
      vpcId,
      routes: localRoutes(vpc),
      associations: [{ id: newId('rtbassoc'), isMain: true }],
    },
    networkAcl: { ...owned, id: newId('acl'), vpcId, isDefault: true },
  };
}

export const allowAll = (isEgress: boolean) => ({ isEgress, protocol: '-1', fromPort: -1, toPort: -1 });
