/** A security group: the record and its rules. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { IpPermission } from '../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { ec2Arn } from '../resource/arn.ts';
import { type Home, notFoundError, type ResourceKind, type ResourceRecord } from '../resource/kind.ts';
import { findNetworked, listNetworked } from './default-network.ts';

export interface SecurityGroupRecord extends ResourceRecord {
  readonly vpcId: string;
  readonly name: string;
  readonly description: string;
  readonly ingress: readonly IpPermission[];
  readonly egress: readonly IpPermission[];
}

export const securityGroups = table<SecurityGroupRecord>()({
  name: 'ec2.securityGroups',
  key: ({ account, region, id }) => [account, region, id],
});

export const securityGroupKind: ResourceKind<SecurityGroupRecord> = {
  type: 'security-group',
  prefix: 'sg',
  table: securityGroups,
  notFound: (ids) => notFoundError('InvalidGroup.NotFound', 'security group', ids),
  malformed: (id) => new AwsError('InvalidGroupId.Malformed', `Invalid id: "${id}" (expecting "sg-...")`),
  conditions: (group) => ({ 'ec2:SecurityGroupID': group.id, 'ec2:Vpc': ec2Arn(group, 'vpc', group.vpcId) }),
  find: (tx, home, id) => findNetworked(tx, securityGroups, home, id, ({ securityGroup }) => [securityGroup]),
};

export function listSecurityGroups(tx: ReadTransaction, home: Home): Promise<SecurityGroupRecord[]> {
  return listNetworked(tx, securityGroups, home, ({ securityGroup }) => [securityGroup]);
}
