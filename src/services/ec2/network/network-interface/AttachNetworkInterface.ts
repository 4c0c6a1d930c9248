/** As a further interface of an instance: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachNetworkInterface.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { AttachNetworkInterfaceRequest } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { ec2 } from '../../ec2.ts';
import { type InstanceRecord, instanceKind } from '../../instance/instance.ts';
import { requireFabricAdapters, requireInstanceType } from '../../instance/instance-type.ts';
import { newId, ownResourceCheck } from '../../resource/kind.ts';
import { type NetworkInterfaceRecord, networkInterfaceKind, networkInterfaces } from './network-interface.ts';

const ACTION = 'ec2:AttachNetworkInterface';

export default ec2.operation('AttachNetworkInterface', {
  unserved: ['EnaQueueCount', 'EnaSrdSpecification', 'NetworkCardIndex'],
  async checks(context, input) {
    return {
      eni: await ownResourceCheck(context, networkInterfaceKind, ACTION, input.NetworkInterfaceId),
      instance: await ownResourceCheck(context, instanceKind, ACTION, input.InstanceId),
    };
  },
  async preconditions({ tx }, input, { eni: { record: eni }, instance: { record: instance } }) {
    if (eni.attachment) {
      throw new AwsError('InvalidNetworkInterface.InUse', `Interface: [${eni.id}] in use.`);
    }
    await requireFits(tx, input, eni, instance);
  },
  execute(context, input, { eni: { record: eni }, instance: { record: instance } }) {
    const attachment = {
      id: newId(context.entropy, 'eni-attach'),
      instanceId: instance.id,
      deviceIndex: input.DeviceIndex,
      deleteOnTermination: false,
      attachedAtMs: context.nowMs,
    };
    context.tx.put(networkInterfaces, { ...eni, attachment });
    return { AttachmentId: attachment.id, NetworkCardIndex: 0 };
  },
});

async function requireFits(
  tx: ReadTransaction,
  { DeviceIndex: index }: AttachNetworkInterfaceRequest,
  eni: NetworkInterfaceRecord,
  { account, region, id, type, zone, state }: InstanceRecord,
): Promise<void> {
  if (state !== 'running' && state !== 'stopped') {
    throw new AwsError('IncorrectState', `The instance '${id}' is not in the 'running' or 'stopped' state.`);
  }
  if (eni.zone !== zone) {
    throw new AwsError(
      'InvalidParameterCombination',
      'You may not attach a network interface to an instance if they are not in the same availability zone',
    );
  }
  const others = await tx.find(networkInterfaces, 'attachedTo', { prefix: [account, region, id] });
  if (others.some(({ attachment }) => attachment?.deviceIndex === index)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Instance '${id}' already has an interface attached at device index '${index}'.`,
    );
  }
  requireFabricAdapters(
    requireInstanceType(type),
    [eni, ...others].map(({ interfaceType }) => interfaceType),
  );
}
