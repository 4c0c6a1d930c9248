/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-volume.html (aws-facts H1) */
import { isReservedTag } from '../../../service-kit/reserved-tags.ts';
import type { CreateVolumeRequest, ModifyVolumeRequest } from '../../../shapes/generated/ec2.ts';
import { sameValue } from '../template/json.ts';
import { updateTags } from './ec2-tags.ts';
import { isNotFound, notStabilized, StillBusy } from './failure.ts';
import { TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

const NAME = 'AWS::EC2::Volume';
/** Update is not supported: the stack's update fails, the volume is not replaced. */
const FIXED = { type: 'String', change: 'refused' } as const;
const MODIFIABLE = ['Size', 'Iops', 'VolumeType', 'Throughput', 'MultiAttachEnabled'];

export const volume: ResourceType = {
  name: NAME,
  properties: {
    AutoEnableIO: { type: 'Boolean' },
    AvailabilityZone: { ...FIXED, required: true },
    Encrypted: { type: 'Boolean', change: 'refused' },
    Iops: { type: 'Integer' },
    KmsKeyId: FIXED,
    MultiAttachEnabled: { type: 'Boolean' },
    Size: { type: 'Integer' },
    SnapshotId: FIXED,
    Tags: TAGS,
    Throughput: { type: 'Integer' },
    VolumeType: { type: 'String' },
  },
  unserved: ['AvailabilityZoneId', 'OutpostArn', 'SourceVolumeId', 'VolumeInitializationRate'],
  attributes: ['VolumeId'],

  async create(context, properties) {
    const { Tags: _tags, AutoEnableIO: _autoEnable, ...request } = properties;
    const { VolumeId } = await context.call('ec2', 'CreateVolume', {
      ...(request as unknown as CreateVolumeRequest),
      ClientToken: context.token,
      TagSpecifications: [{ ResourceType: 'volume', Tags: tagsOf(properties) }],
    });
    const { AutoEnableIO: _later, ...made } = properties;
    return { physicalId: VolumeId as string, made };
  },

  /** A volume whose key cannot be used vanishes while it is created (aws-facts C3). */
  async read({ call }, { physicalId }) {
    const { Volumes: [found] = [] } = await call('ec2', 'DescribeVolumes', { VolumeIds: [physicalId] }).catch(
      (error) => {
        throw isNotFound(error) ? notStabilized(NAME, physicalId) : error;
      },
    );
    if (!found || found.State === 'creating') return undefined;
    return { VolumeId: physicalId };
  },

  async update(context, { physicalId, properties: from }, to) {
    const changed = (name: string) => !sameValue(from[name], to[name]);
    if (MODIFIABLE.some(changed)) {
      const { Size, Iops, VolumeType, Throughput, MultiAttachEnabled } = to as unknown as ModifyVolumeRequest;
      const change = { VolumeId: physicalId, Size, Iops, VolumeType, Throughput, MultiAttachEnabled };
      await context.call('ec2', 'ModifyVolume', change);
    }
    if (changed('AutoEnableIO')) await setAutoEnableIo(context, physicalId, to.AutoEnableIO === true);
    await updateTags(context, physicalId, from, to);
  },

  async delete(context, { physicalId }) {
    await requireMade(context, physicalId);
    await context.call('ec2', 'DeleteVolume', { VolumeId: physicalId });
  },

  async isGone({ call }, { physicalId }) {
    const { Volumes: volumes = [] } = await call('ec2', 'DescribeVolumes', { VolumeIds: [physicalId] });
    return volumes.length === 0;
  },

  /** The snapshot gets the volume's tags. */
  async snapshot(context, { physicalId, properties }) {
    await requireMade(context, physicalId);
    const own = tagsOf(properties).filter(({ Key }) => !isReservedTag(Key));
    await context.call('ec2', 'CreateSnapshot', {
      VolumeId: physicalId,
      TagSpecifications: own.length > 0 ? [{ ResourceType: 'snapshot', Tags: own }] : undefined,
    });
  },
};

/** What a rollback comes upon while it is still created is waited for. */
async function requireMade({ call }: ResourceContext, physicalId: string): Promise<void> {
  const { Volumes: [found] = [] } = await call('ec2', 'DescribeVolumes', { VolumeIds: [physicalId] });
  if (found?.State === 'creating') throw new StillBusy();
}

async function setAutoEnableIo({ call }: ResourceContext, VolumeId: string, value: boolean): Promise<void> {
  await call('ec2', 'ModifyVolumeAttribute', { VolumeId, AutoEnableIO: { Value: value } });
}
