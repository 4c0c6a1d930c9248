/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceConnectEndpoint.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { attributeConditions } from '../../resource/attribute-conditions.ts';
import { ownResourceCheck, requireResource } from '../../resource/kind.ts';
import { networkInterfaceKind } from '../network-interface/network-interface.ts';
import { requireGroupsIn } from '../security-group/groups-of-interface.ts';
import { securityGroupKind } from '../security-group/security-group.ts';
import { subnetKind } from '../subnet/subnet.ts';
import {
  type EndpointAddressType,
  instanceConnectEndpointKind,
  instanceConnectEndpointLife,
  requireAddressType,
} from './instance-connect-endpoint.ts';

const ACTION = 'ec2:ModifyInstanceConnectEndpoint';

export default ec2.operation('ModifyInstanceConnectEndpoint', {
  async checks(context, input) {
    const {
      InstanceConnectEndpointId: id,
      SecurityGroupIds: groupIds = [],
      IpAddressType,
      PreserveClientIp,
    } = input;
    const conditions = () =>
      attributeConditions({
        IpAddressType,
        PreserveClientIp,
        SecurityGroupIds: input.SecurityGroupIds && '',
      });
    return {
      endpoint: await ownResourceCheck(context, instanceConnectEndpointKind, ACTION, id, conditions),
      groups: await Promise.all(
        groupIds.map((groupId) => ownResourceCheck(context, securityGroupKind, ACTION, groupId)),
      ),
    };
  },
  async preconditions({ tx }, input, { endpoint: { record }, groups }) {
    if (record.state !== 'available') {
      throw new AwsError(
        'IncorrectState',
        `The EC2 Instance Connect Endpoint '${record.id}' is in a state that does not allow modification.`,
      );
    }
    requireGroupsIn(record.vpcId, `subnet ${record.subnetId}`, groups);
    const subnet = await requireResource(tx, subnetKind, record, record.subnetId);
    const type = (input.IpAddressType ?? record.addressType) as EndpointAddressType;
    requireAddressType(subnet, type, input.PreserveClientIp ?? record.preservesClientIp);
  },
  async execute(context, input, { endpoint: { record } }) {
    const { tx } = context;
    const groupIds = input.SecurityGroupIds?.length ? input.SecurityGroupIds : record.groupIds;
    const eni = await networkInterfaceKind.records.find(tx, record, record.networkInterfaceId);
    if (eni) await networkInterfaceKind.records.put(tx, { ...eni, groupIds });
    await instanceConnectEndpointKind.records.put(tx, {
      ...record,
      state: 'pending',
      isModified: true,
      groupIds,
      preservesClientIp: input.PreserveClientIp ?? record.preservesClientIp,
      addressType: (input.IpAddressType ?? record.addressType) as EndpointAddressType,
    });
    context.schedule(instanceConnectEndpointLife.settleStep, { gatewayId: record.id });
    return { Return: true };
  },
});
