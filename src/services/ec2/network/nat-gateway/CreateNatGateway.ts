/** In one subnet: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html. Regional ones are not served. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { CreateNatGatewayRequest } from '../../../../shapes/generated/ec2.ts';
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { idsOfToken, rememberToken } from '../../resource/client-token.ts';
import { newId, ownResourceCheck, requireResource } from '../../resource/kind.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import { type ElasticAddressRecord, elasticAddressKind } from '../elastic-address/elastic-address.ts';
import { networkInterfaces } from '../network-interface/network-interface.ts';
import { putNewInterface } from '../network-interface/new-network-interface.ts';
import { privateWish, requireFreeAddresses } from '../network-interface/private-addresses.ts';
import { requireIpv4, subnetKind } from '../subnet/subnet.ts';
import { type NatGatewayRecord, natGatewayKind, showNatGateway } from './nat-gateway.ts';
import {
  elasticChecks,
  type NatAddressWish,
  requireAddable,
  requireUnassociated,
  withAddresses,
} from './nat-gateway-addresses.ts';
import { openNatGatewayStep } from './nat-gateway-workflows.ts';

const ACTION = 'ec2:CreateNatGateway';

export default ec2.operation('CreateNatGateway', {
  unserved: ['AvailabilityZoneAddresses', 'VpcId'],
  async checks(context, input) {
    const { SubnetId, AllocationId } = requireConsistent(input);
    const { create, tag } = taggedCreationCheck(context, ACTION, natGatewayKind, input, {});
    return {
      nat: create,
      subnet: await ownResourceCheck(context, subnetKind, ACTION, SubnetId),
      address: AllocationId
        ? await ownResourceCheck(context, elasticAddressKind, ACTION, AllocationId)
        : undefined,
      further: await elasticChecks(context, ACTION, input.SecondaryAllocationIds),
      tag,
    };
  },
  async preconditions(context, input, { subnet, address, further }) {
    const { tx } = context;
    requireIpv4(subnet.record);
    if ((await idsOfToken(tx, context, 'CreateNatGateway', input))?.length) return;
    if (address) await requireUnassociated(tx, address.record);
    if (input.PrivateIpAddress) await requireFreeAddresses(tx, subnet.record, [input.PrivateIpAddress]);
    const connectivity = input.ConnectivityType ?? 'public';
    const place = {
      account: context.account,
      region: context.region,
      subnetId: subnet.record.id,
      connectivity,
    };
    await requireAddable(tx, place, furtherWish(input, further), 1);
  },
  async execute(context, input, { nat: { plan }, subnet, address, further }) {
    const { account, region, tx } = context;
    const { ClientToken } = input;
    const [made] = (await idsOfToken(tx, context, 'CreateNatGateway', input)) ?? [];
    if (made) {
      const known = await requireResource(tx, natGatewayKind, context, made);
      return { NatGateway: showNatGateway(known), ClientToken };
    }
    const id = newId(context.entropy, natGatewayKind.prefix);
    const eni = await putNewInterface(context, subnet.record, {
      tags: [],
      description: `Interface for NAT Gateway ${id}`,
      groupIds: [],
      interfaceType: 'nat_gateway',
      requesterManaged: true,
      ipv4: privateWish({ PrivateIpAddress: input.PrivateIpAddress }),
      requesterId: account,
    });
    const elasticIp = address && {
      allocationId: address.record.id,
      associationId: newId(context.entropy, 'eipassoc'),
    };
    if (elasticIp) tx.put(networkInterfaces, { ...eni, publicIp: address.record.publicIp, elasticIp });
    const primary: NatGatewayRecord = {
      account,
      region,
      id,
      tags: plan.tags,
      subnetId: subnet.record.id,
      vpcId: subnet.record.vpcId,
      connectivity: input.ConnectivityType ?? 'public',
      state: 'pending',
      createdAtMs: context.nowMs,
      networkInterfaceId: eni.id,
      privateIp: eni.privateIp!,
      publicIp: address?.record.publicIp,
      ...elasticIp,
    };
    const { nat } = await withAddresses(context, primary, furtherWish(input, further));
    await natGatewayKind.records.put(tx, nat);
    context.schedule(openNatGatewayStep, { natGatewayId: id });
    rememberToken(tx, context, 'CreateNatGateway', input, [id]);
    return { NatGateway: showNatGateway(nat), ClientToken };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, natGatewayKind.type, [output?.NatGateway?.NatGatewayId]),
  },
});

const furtherWish = (
  { SecondaryPrivateIpAddresses, SecondaryPrivateIpAddressCount }: CreateNatGatewayRequest,
  further: readonly { readonly record: ElasticAddressRecord }[],
): NatAddressWish => ({
  named: SecondaryPrivateIpAddresses,
  count: SecondaryPrivateIpAddressCount,
  elastic: further.map(({ record }) => record),
});

function requireConsistent({
  AvailabilityMode: mode,
  ConnectivityType: type = 'public',
  SubnetId,
  AllocationId,
}: CreateNatGatewayRequest): { readonly SubnetId: string; readonly AllocationId?: string } {
  if (mode === 'regional') {
    throw new AwsError('UnsupportedOperation', 'Latchkey does not serve regional NAT gateways.');
  }
  if (!SubnetId) throw new AwsError('MissingParameter', 'The request must contain the parameter subnetId');
  if (type === 'public' && !AllocationId) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter allocationId');
  }
  if (type === 'private' && AllocationId) {
    throw new AwsError(
      'InvalidParameterCombination',
      'A private NAT gateway cannot have an elastic IP address',
    );
  }
  return { SubnetId, AllocationId };
}
