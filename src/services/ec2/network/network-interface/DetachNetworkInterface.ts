/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachNetworkInterface.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { instanceKind } from '../../instance/instance.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { associationCheck } from '../resource-association.ts';
import { detached, networkInterfaceKind, networkInterfaces } from './network-interface.ts';

const ACTION = 'ec2:DetachNetworkInterface';

export default ec2.operation('DetachNetworkInterface', {
  async checks(context, { AttachmentId: id }) {
    const { account, region, tx } = context;
    const interfaces = await tx.list(networkInterfaces, { prefix: [account, region] });
    const attachment = interfaces.find((each) => each.attachment?.id === id);
    const missing = new AwsError('InvalidAttachmentID.NotFound', `The attachment ID '${id}' does not exist`);
    return {
      eni: await associationCheck(context, networkInterfaceKind, ACTION, attachment?.id, missing),
      instance:
        attachment &&
        (await ownResourceCheck(context, instanceKind, ACTION, attachment.attachment!.instanceId)),
    };
  },
  preconditions(_context, _input, { eni: { record } }) {
    if (record.attachment!.deviceIndex > 0) return;
    throw new AwsError(
      'OperationNotPermitted',
      'The network interface at device index 0 cannot be detached.',
    );
  },
  execute(context, _input, { eni: { record } }) {
    context.tx.put(networkInterfaces, detached(record));
    return {};
  },
});
