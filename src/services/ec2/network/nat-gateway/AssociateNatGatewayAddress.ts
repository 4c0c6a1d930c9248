/** Elastic addresses for a public gateway: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateNatGatewayAddress.html */
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { natGatewayKind } from './nat-gateway.ts';
import {
  addAddresses,
  elasticChecks,
  requireAddable,
  requireAvailable,
  requireConnectivity,
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
    return addAddresses(context, record, { named, elastic });
  },
});
