/** Elastic addresses for a public gateway: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateNatGatewayAddress.html */
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { natGatewayKind, showNatAddress } from './nat-gateway.ts';
import {
  elasticChecks,
  requireAddable,
  requireAvailable,
  requireConnectivity,
  settleLater,
  withAddresses,
} from './nat-gateway-addresses.ts';

const ACTION = 'ec2:AssociateNatGatewayAddress';

export default ec2.operation('AssociateNatGatewayAddress', {
  unserved: ['AvailabilityZone', 'AvailabilityZoneId'],
  checks: async (context, { NatGatewayId, AllocationIds }) => ({
    nat: await ownResourceCheck(context, natGatewayKind, ACTION, NatGatewayId),
    addresses: await elasticChecks(context, ACTION, AllocationIds),
  }),
  async preconditions({ tx }, { PrivateIpAddresses: named }, { nat: { record: nat }, addresses }) {
    requireAvailable(nat);
    requireConnectivity(nat, 'public');
    const elastic = addresses.map(({ record }) => record);
    await requireAddable(tx, nat, { named, elastic }, 1 + (nat.secondary ?? []).length);
  },
  async execute(context, { PrivateIpAddresses: named }, { nat: { record }, addresses }) {
    const elastic = addresses.map((each) => each.record);
    const { nat, added } = await withAddresses(context, record, { named, elastic });
    await natGatewayKind.records.put(context.tx, nat);
    settleLater(context, nat.id);
    return { NatGatewayId: nat.id, NatGatewayAddresses: added.map((each) => showNatAddress(nat, each)) };
  },
});
