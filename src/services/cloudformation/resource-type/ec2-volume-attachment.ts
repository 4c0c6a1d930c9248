/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-volumeattachment.html (aws-facts H2) */
import { ResourceFailure } from './failure.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';

export const volumeAttachment: ResourceType = {
  name: 'AWS::EC2::VolumeAttachment',
  properties: {
    Device: { type: 'String', required: true, change: 'replacement' },
    InstanceId: { type: 'String', required: true, change: 'replacement' },
    VolumeId: { type: 'String', required: true, change: 'replacement' },
  },
  unserved: ['EbsCardIndex'],
  attributes: [],

  async create({ call }, properties) {
    const { Device, InstanceId, VolumeId } = properties as Readonly<Record<string, string>>;
    await call('ec2', 'AttachVolume', {
      Device: Device as string,
      InstanceId: InstanceId as string,
      VolumeId: VolumeId as string,
    });
    return `${VolumeId}|${InstanceId}`;
  },

  async read(ctx, { physicalId }) {
    const attachment = await attachmentOf(ctx, physicalId);
    if (!attachment)
      throw new ResourceFailure(`Volume attachment between ${physicalId.replace('|', ' and ')} is gone`);
    return attachment.State === 'attached' ? {} : undefined;
  },

  async delete({ call }, { physicalId }) {
    const [VolumeId = '', InstanceId] = physicalId.split('|');
    await call('ec2', 'DetachVolume', { VolumeId, InstanceId });
  },

  isGone: async (ctx, { physicalId }) => (await attachmentOf(ctx, physicalId)) === undefined,
};

async function attachmentOf({ call }: ResourceContext, physicalId: string) {
  const [VolumeId = '', instanceId] = physicalId.split('|');
  const { Volumes: [volume] = [] } = await call('ec2', 'DescribeVolumes', { VolumeIds: [VolumeId] });
  return volume?.Attachments?.find(({ InstanceId }) => InstanceId === instanceId);
}
