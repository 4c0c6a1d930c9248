/** One attribute at a time: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { ModifyNetworkInterfaceAttributeRequest } from '../../../../shapes/generated/ec2.ts';
import { ec2 } from '../../ec2.ts';
import { attributeConditions } from '../../resource/attribute-conditions.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { onlyAttribute } from '../../resource/only-attribute.ts';
import { requireGroupsIn } from '../security-group/groups-of-interface.ts';
import { securityGroupKind } from '../security-group/security-group.ts';
import { type NetworkInterfaceRecord, networkInterfaceKind, networkInterfaces } from './network-interface.ts';
import { putSourceDestCheck } from './source-dest-check.ts';

const ACTION = 'ec2:ModifyNetworkInterfaceAttribute';

type Change = (
  eni: NetworkInterfaceRecord,
  input: ModifyNetworkInterfaceAttributeRequest,
) => NetworkInterfaceRecord;

const CHANGES = {
  SourceDestCheck: (eni, input) => ({ ...eni, sourceDestCheck: input.SourceDestCheck!.Value ?? true }),
  Description: (eni, input) => ({ ...eni, description: input.Description!.Value ?? '' }),
  Groups: (eni, input) => ({ ...eni, groupIds: input.Groups! }),
  ConnectionTrackingSpecification: (eni, input) => ({
    ...eni,
    connectionTracking: { ...eni.connectionTracking, ...input.ConnectionTrackingSpecification },
  }),
  AssociatePublicIpAddress: (eni, input) => ({ ...eni, assignsPublicIp: input.AssociatePublicIpAddress! }),
  Attachment: (eni, input) => ({
    ...eni,
    attachment: eni.attachment && {
      ...eni.attachment,
      deleteOnTermination: input.Attachment!.DeleteOnTermination ?? eni.attachment.deleteOnTermination,
    },
  }),
} satisfies Partial<Record<keyof ModifyNetworkInterfaceAttributeRequest, Change>>;

type Attribute = keyof typeof CHANGES;

export default ec2.operation('ModifyNetworkInterfaceAttribute', {
  unserved: [
    'AssociatedSubnetIds',
    'Attachment.DefaultEnaQueueCount',
    'Attachment.EnaQueueCount',
    'EnaSrdSpecification',
    'EnablePrimaryIpv6',
  ],
  async checks(context, input) {
    const attribute = attributeOf(input);
    const conditions = () => attributeConditions({ [attribute]: '' });
    const { NetworkInterfaceId: id, Groups: groupIds = [] } = input;
    return {
      eni: await ownResourceCheck(context, networkInterfaceKind, ACTION, id, conditions),
      groups: await Promise.all(
        groupIds.map((groupId) => ownResourceCheck(context, securityGroupKind, ACTION, groupId)),
      ),
    };
  },
  preconditions(_context, input, { eni: { record: eni }, groups }) {
    requireGroupsIn(eni.vpcId, `interface ${eni.id}`, groups);
    const { AttachmentId: attachmentId } = input.Attachment ?? {};
    if (input.Attachment && eni.attachment?.id !== attachmentId) {
      throw new AwsError(
        'InvalidAttachmentID.NotFound',
        `The attachment ID '${attachmentId}' does not exist`,
      );
    }
  },
  async execute(context, input, { eni: { record } }) {
    const eni = (CHANGES[attributeOf(input)] as Change)(record, input);
    if (input.SourceDestCheck) await putSourceDestCheck(context, eni, eni.sourceDestCheck);
    else context.tx.put(networkInterfaces, eni);
    return {};
  },
});

function attributeOf(input: ModifyNetworkInterfaceAttributeRequest): Attribute {
  return onlyAttribute((Object.keys(CHANGES) as Attribute[]).filter((name) => input[name] !== undefined));
}
