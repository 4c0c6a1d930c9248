/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-volume.html (aws-facts H1) */
import { isReservedTag } from '../../../service-kit/reserved-tags.ts';
import type { CopyVolumesRequest, CreateVolumeRequest } from '../../../shapes/generated/ec2.ts';
import { type JsonObject, sameValue } from '../template/json.ts';
import { updateTags } from './ec2-tags.ts';
import { modifyVolume } from './ec2-volume-changes.ts';
import { isNotFound, notStabilized, StillBusy } from './failure.ts';
import { TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

const NAME = 'AWS::EC2::Volume';
/** Update is not supported: the stack's update fails, the volume is not replaced. */
const FIXED = { type: 'String', change: 'refused' } as const;
/** A copy has its source's. */
const OF_SOURCE = [
  'AvailabilityZone',
  'AvailabilityZoneId',
  'Encrypted',
  'KmsKeyId',
  'SnapshotId',
  'VolumeInitializationRate',
];

export const volume: ResourceType = {
  name: NAME,
  properties: {
    AutoEnableIO: { type: 'Boolean' },
    AvailabilityZone: FIXED,
    AvailabilityZoneId: FIXED,
    Encrypted: { type: 'Boolean', change: 'refused' },
    Iops: { type: 'Integer' },
    KmsKeyId: FIXED,
    MultiAttachEnabled: { type: 'Boolean' },
    Size: { type: 'Integer' },
    SnapshotId: FIXED,
    SourceVolumeId: FIXED,
    Tags: TAGS,
    Throughput: { type: 'Integer' },
    // What a volume is initialized with, once: a change is taken, and changes nothing.
    VolumeInitializationRate: { type: 'Integer' },
    VolumeType: { type: 'String' },
  },
  unserved: ['OutpostArn'],
  attributes: ['VolumeId'],

  conflict({ SourceVolumeId, ...properties }) {
    if (SourceVolumeId === undefined) return undefined;
    const name = OF_SOURCE.find((each) => properties[each] !== undefined);
    return name && `${name} cannot be specified together with SourceVolumeId: a copy has its source's.`;
  },

  async create(ctx, properties) {
    const { AutoEnableIO: _later, ...made } = properties;
    return { physicalId: await create(ctx, made), made };
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

  async update(ctx, { physicalId, properties: from }, to) {
    await modifyVolume(ctx, physicalId, from, to);
    if (!sameValue(from.AutoEnableIO, to.AutoEnableIO)) {
      await setAutoEnableIo(ctx, physicalId, to.AutoEnableIO === true);
    }
    await updateTags(ctx, physicalId, from, to);
  },

  async delete(ctx, { physicalId }) {
    await requireMade(ctx, physicalId);
    await ctx.call('ec2', 'DeleteVolume', { VolumeId: physicalId });
  },

  async isGone({ call }, { physicalId }) {
    const { Volumes: volumes = [] } = await call('ec2', 'DescribeVolumes', { VolumeIds: [physicalId] });
    return volumes.length === 0;
  },

  /** The snapshot gets the volume's tags. */
  async snapshot(ctx, { physicalId, properties }) {
    await requireMade(ctx, physicalId);
    const own = tagsOf(properties).filter(({ Key }) => !isReservedTag(Key));
    await ctx.call('ec2', 'CreateSnapshot', {
      VolumeId: physicalId,
      TagSpecifications: own.length > 0 ? [{ ResourceType: 'snapshot', Tags: own }] : undefined,
    });
  },
};

async function create({ call, token }: ResourceContext, { Tags, ...request }: JsonObject): Promise<string> {
  const more = {
    ClientToken: token,
    TagSpecifications: [{ ResourceType: 'volume' as const, Tags: tagsOf({ Tags: Tags ?? [] }) }],
  };
  if (request.SourceVolumeId === undefined) {
    const made = await call('ec2', 'CreateVolume', { ...(request as CreateVolumeRequest), ...more });
    return made.VolumeId as string;
  }
  const copy = { ...(request as unknown as CopyVolumesRequest), ...more };
  const { Volumes: [made] = [] } = await call('ec2', 'CopyVolumes', copy);
  return made?.VolumeId as string;
}

/** What a rollback comes upon while it is still created is waited for. */
async function requireMade({ call }: ResourceContext, physicalId: string): Promise<void> {
  const { Volumes: [found] = [] } = await call('ec2', 'DescribeVolumes', { VolumeIds: [physicalId] });
  if (found?.State === 'creating') throw new StillBusy();
}

async function setAutoEnableIo({ call }: ResourceContext, VolumeId: string, value: boolean): Promise<void> {
  await call('ec2', 'ModifyVolumeAttribute', { VolumeId, AutoEnableIO: { Value: value } });
}
