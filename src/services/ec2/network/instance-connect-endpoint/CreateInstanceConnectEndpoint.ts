/**
 * Its caller may make the interface in the subnet, and the service-linked role where that is not there yet (aws-facts F41):
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInstanceConnectEndpoint.html
 */
import { hex } from '../../../../platform/identifiers.ts';
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { idsOfToken, rememberToken } from '../../resource/client-token.ts';
import { newId, ownResourceCheck, requireResource } from '../../resource/kind.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import { ensureServiceRole, INSTANCE_CONNECT_ROLE } from '../../service-role.ts';
import { putNewInterface } from '../network-interface/new-network-interface.ts';
import type { SubnetRecord } from '../network-records.ts';
import { groupIdsIn, requireGroupsIn } from '../security-group/groups-of-interface.ts';
import { securityGroupKind } from '../security-group/security-group.ts';
import { subnetKind } from '../subnet/subnet.ts';
import {
  defaultAddressType,
  type EndpointAddressType,
  type InstanceConnectEndpointRecord,
  instanceConnectEndpointKind,
  instanceConnectEndpointLife,
  requireAddressType,
  requireRoom,
  showInstanceConnectEndpoint,
} from './instance-connect-endpoint.ts';

const OPERATION = 'CreateInstanceConnectEndpoint';
const ACTION = `ec2:${OPERATION}`;

export default ec2.operation('CreateInstanceConnectEndpoint', {
  async checks(context, input) {
    const { SubnetId: subnetId, SecurityGroupIds: groupIds = [] } = input;
    const { create, tag } = taggedCreationCheck(
      context,
      ACTION,
      instanceConnectEndpointKind,
      input,
      {},
      () => ({
        'ec2:SubnetID': subnetId,
      }),
    );
    return {
      endpoint: create,
      subnet: await ownResourceCheck(context, subnetKind, ACTION, subnetId),
      groups: await Promise.all(
        groupIds.map((id) => ownResourceCheck(context, securityGroupKind, ACTION, id)),
      ),
      networkInterface: await ownResourceCheck(context, subnetKind, 'ec2:CreateNetworkInterface', subnetId),
      tag,
    };
  },
  async preconditions(context, input, { subnet: { record: subnet }, groups }) {
    if (await idsOfToken(context.tx, context, OPERATION, input)) return;
    requireGroupsIn(subnet.vpcId, `subnet ${subnet.id}`, groups);
    const type = addressTypeOf(subnet, input.IpAddressType);
    requireAddressType(subnet, type, input.PreserveClientIp ?? false);
    await requireRoom(context.tx, subnet);
  },
  async calls(ctx) {
    await ensureServiceRole(ctx, INSTANCE_CONNECT_ROLE);
  },
  async execute(context, input, { endpoint: { plan }, subnet: { record: subnet }, groups }) {
    const { account, region, tx, entropy, nowMs } = context;
    const { ClientToken } = input;
    const [made] = (await idsOfToken(tx, context, OPERATION, input)) ?? [];
    if (made) {
      const known = await requireResource(tx, instanceConnectEndpointKind, context, made);
      return { InstanceConnectEndpoint: showInstanceConnectEndpoint(known), ClientToken };
    }
    const id = newId(entropy, instanceConnectEndpointKind.prefix);
    const groupIds = await groupIdsIn(tx, subnet, groups);
    const addressType = addressTypeOf(subnet, input.IpAddressType);
    const eni = await putNewInterface(context, subnet, {
      tags: [],
      description: `EC2 Instance Connect Endpoint: ${id}`,
      groupIds,
      interfaceType: 'ec2_instance_connect_endpoint',
      requesterManaged: true,
      requesterId: account,
      ipv6: { count: addressType === 'ipv4' ? 0 : 1, addresses: [] },
    });
    const endpoint: InstanceConnectEndpointRecord = {
      account,
      region,
      id,
      tags: plan.tags,
      state: 'pending',
      subnetId: subnet.id,
      vpcId: subnet.vpcId,
      zone: subnet.zone,
      zoneId: subnet.zoneId,
      groupIds,
      networkInterfaceId: eni.id,
      preservesClientIp: input.PreserveClientIp ?? false,
      addressType,
      createdAtMs: nowMs,
      suffix: hex(entropy, 8),
    };
    await instanceConnectEndpointKind.records.put(tx, endpoint);
    context.schedule(instanceConnectEndpointLife.settleStep, { gatewayId: id });
    rememberToken(tx, context, OPERATION, input, [id]);
    return { InstanceConnectEndpoint: showInstanceConnectEndpoint(endpoint), ClientToken };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, instanceConnectEndpointKind.type, [
        output?.InstanceConnectEndpoint?.InstanceConnectEndpointId,
      ]),
  },
});

const addressTypeOf = (subnet: SubnetRecord, wanted: string | undefined) =>
  (wanted as EndpointAddressType | undefined) ?? defaultAddressType(subnet);
