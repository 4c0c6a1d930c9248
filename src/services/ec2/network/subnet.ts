/** A subnet: the record, and the addresses in it. */
import { AwsError } from '../../../aws/aws-error.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { ec2Arn } from '../resource/arn.ts';
import { type Home, notFoundError, type ResourceKind, type ResourceRecord } from '../resource/kind.ts';
import { findNetworked, listNetworked } from './default-network.ts';

export interface SubnetRecord extends ResourceRecord {
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly defaultForZone: boolean;
  readonly mapPublicIpOnLaunch: boolean;
}

export const subnets = table<SubnetRecord>()({
  name: 'ec2.subnets',
  key: ({ account, region, id }) => [account, region, id],
});

export const subnetKind: ResourceKind<SubnetRecord> = {
  type: 'subnet',
  prefix: 'subnet',
  table: subnets,
  notFound: (ids) => notFoundError('InvalidSubnetID.NotFound', 'subnet ID', ids),
  malformed: (id) =>
    new AwsError('InvalidSubnetID.Malformed', `Invalid id: "${id}" (expecting "subnet-...")`),
  conditions: (subnet) => ({
    'ec2:AvailabilityZone': subnet.zone,
    'ec2:AvailabilityZoneId': subnet.zoneId,
    'ec2:SubnetID': subnet.id,
    'ec2:Vpc': ec2Arn(subnet, 'vpc', subnet.vpcId),
  }),
  find: (tx, home, id) => findNetworked(tx, subnets, home, id, (network) => network.subnets),
};

export function listSubnets(tx: ReadTransaction, home: Home): Promise<SubnetRecord[]> {
  return listNetworked(tx, subnets, home, (network) => network.subnets);
}
