/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddresses.html */
import type { Address } from '../../../../shapes/generated/ec2.ts';
import { describeResources } from '../../describe/describe.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { networkInterfaces } from '../network-interface/network-interface.ts';
import {
  addressNotFound,
  type ElasticAddressRecord,
  elasticAddressKind,
  type Holder,
  holdersIn,
} from './elastic-address.ts';

type Holders = ReadonlyMap<string, Holder>;

export default ec2.operation('DescribeAddresses', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeAddresses') }),
  async execute(context, input) {
    const { tx, account, region } = context;
    const held = await tx.find(networkInterfaces, 'elasticIp', { prefix: [account, region] });
    const holders: Holders = new Map(held.flatMap(holdersIn));
    const ips = new Set(input.PublicIps ?? []);
    const page = await describeResources(tx, context, {
      kind: elasticAddressKind,
      ids: input.AllocationIds,
      idsName: 'allocationIds',
      filters: input.Filters,
      fields: filters(holders),
      also: ({ publicIp }) => ips.size === 0 || ips.has(publicIp),
    });
    const all = await elasticAddressKind.records.list(tx, context);
    const missing = [...ips].find((ip) => !all.some(({ publicIp }) => publicIp === ip));
    if (missing !== undefined) throw addressNotFound(missing);
    return { Addresses: page.items.map((address) => show(address, holders.get(address.id))) };
  },
});

function show(
  { id, account, region, publicIp, tags }: ElasticAddressRecord,
  holder: Holder | undefined,
): Address {
  return {
    AllocationId: id,
    PublicIp: publicIp,
    Domain: 'vpc',
    PublicIpv4Pool: 'amazon',
    NetworkBorderGroup: region,
    ...(holder && {
      AssociationId: holder.held.elasticIp?.associationId,
      InstanceId: holder.eni.attachment?.instanceId,
      NetworkInterfaceId: holder.eni.id,
      NetworkInterfaceOwnerId: account,
      PrivateIpAddress: holder.held.privateIp,
    }),
    Tags: [...tags],
  };
}

const filters = (holders: Holders): FilterFields<ElasticAddressRecord> => ({
  'allocation-id': ({ id }) => id,
  'association-id': ({ id }) => holders.get(id)?.held.elasticIp?.associationId,
  domain: () => 'vpc',
  'instance-id': ({ id }) => holders.get(id)?.eni.attachment?.instanceId,
  'network-border-group': ({ region }) => region,
  'network-interface-id': ({ id }) => holders.get(id)?.eni.id,
  'network-interface-owner-id': ({ id }) => holders.get(id)?.eni.account,
  'private-ip-address': ({ id }) => holders.get(id)?.held.privateIp,
  'public-ip': ({ publicIp }) => publicIp,
});
