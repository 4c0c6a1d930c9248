/** Changes of an instance in place; some only while it is stopped. */
import type {
  Instance,
  ModifyInstanceAttributeRequest,
  ModifyPrivateDnsNameOptionsRequest as Renaming,
} from '../../../shapes/generated/ec2.ts';
import { isObject, type Json, type JsonObject, sameValue } from '../template/json.ts';
import { defaultGroups } from './ec2-default-group.ts';
import { updateTags } from './ec2-tags.ts';
import { ResourceFailure, StillBusy } from './failure.ts';
import type { ResourceContext } from './resource-type.ts';
import { updateSet } from './sets.ts';

type Attribute = Omit<ModifyInstanceAttributeRequest, 'InstanceId'>;

/** What ModifyInstanceAttribute gets for each property that it changes. */
const ATTRIBUTES: Readonly<Record<string, (value: Json | undefined) => Attribute>> = {
  DisableApiTermination: (value) => ({ DisableApiTermination: { Value: value === true } }),
  InstanceInitiatedShutdownBehavior: (value = 'stop') => ({
    InstanceInitiatedShutdownBehavior: { Value: String(value) },
  }),
  SourceDestCheck: (value = true) => ({ SourceDestCheck: { Value: value === true } }),
  SecurityGroupIds: (value) => ({ Groups: value as string[] }),
  BlockDeviceMappings: (value) => ({
    BlockDeviceMappings: ((value ?? []) as readonly JsonObject[]).map(({ DeviceName, Ebs }) => ({
      DeviceName: DeviceName as string,
      Ebs: { DeleteOnTermination: !isObject(Ebs) || Ebs.DeleteOnTermination !== false },
    })),
  }),
};

/** Those that need the instance stopped. */
const STOPPED_ATTRIBUTES: typeof ATTRIBUTES = {
  InstanceType: (value = 'm1.small') => ({ InstanceType: { Value: String(value) } }),
  EbsOptimized: (value) => ({ EbsOptimized: { Value: value === true } }),
  UserData: (value = '') => ({ UserData: { Value: Buffer.from(String(value), 'base64') } }),
};

export async function modifyInstance(
  ctx: ResourceContext,
  found: Instance | undefined,
  from: JsonObject,
  to: JsonObject,
): Promise<void> {
  const { call } = ctx;
  const InstanceId = found?.InstanceId as string;
  const changed = (name: string) => !sameValue(from[name], to[name]);
  const wanted: JsonObject =
    changed('SecurityGroupIds') && to.SecurityGroupIds === undefined
      ? { ...to, SecurityGroupIds: await defaultGroups(call, found?.VpcId) }
      : to;
  const modify = async (attributes: typeof ATTRIBUTES) => {
    for (const [name, attribute] of Object.entries(attributes)) {
      if (changed(name))
        await call('ec2', 'ModifyInstanceAttribute', { InstanceId, ...attribute(wanted[name]) });
    }
  };
  const isRenamed = changed('PrivateDnsNameOptions');
  if (isRenamed || Object.keys(STOPPED_ATTRIBUTES).some(changed)) {
    await awaitStopped(ctx, found);
    await modify(STOPPED_ATTRIBUTES);
    if (isRenamed) await rename(ctx, found, to.PrivateDnsNameOptions);
    // While it starts its credits cannot be changed.
    if (changed('CreditSpecification')) await changeCredits(ctx, found, to);
    await call('ec2', 'StartInstances', { InstanceIds: [InstanceId] });
  } else if (changed('CreditSpecification')) {
    await changeCredits(ctx, found, to);
  }
  await modify(ATTRIBUTES);
  if (changed('Monitoring')) {
    const operation = to.Monitoring === true ? 'MonitorInstances' : 'UnmonitorInstances';
    await call('ec2', operation, { InstanceIds: [InstanceId] });
  }
  if (changed('MetadataOptions') && isObject(to.MetadataOptions)) {
    await call('ec2', 'ModifyInstanceMetadataOptions', { InstanceId, ...to.MetadataOptions });
  }
  if (changed('IamInstanceProfile')) await changeProfile(ctx, InstanceId, to.IamInstanceProfile as string);
  if (changed('Volumes')) await changeVolumes(ctx, found, from.Volumes, to.Volumes);
  await updateTags(ctx, InstanceId, from, to);
}

/** The system takes its host name when it boots. Without options of its own it is named as its subnet says. */
async function rename(
  { call }: ResourceContext,
  found: Instance | undefined,
  names: Json | undefined,
): Promise<void> {
  const SubnetIds = [found?.SubnetId as string];
  const { Subnets: [subnet] = [] } = await call('ec2', 'DescribeSubnets', { SubnetIds });
  const { HostnameType, ...records } = { ...subnet?.PrivateDnsNameOptionsOnLaunch, ...(names as JsonObject) };
  await call('ec2', 'ModifyPrivateDnsNameOptions', {
    ...records,
    InstanceId: found?.InstanceId as string,
    PrivateDnsHostnameType: HostnameType as Renaming['PrivateDnsHostnameType'],
  });
}

/** What cannot be changed is listed in a reply of success. */
async function changeCredits(
  { call }: ResourceContext,
  found: Instance | undefined,
  to: JsonObject,
): Promise<void> {
  const InstanceId = found?.InstanceId as string;
  const { CPUCredits } = isObject(to.CreditSpecification) ? to.CreditSpecification : {};
  const CpuCredits =
    (CPUCredits as string | undefined) ?? defaultCredits(to.InstanceType ?? found?.InstanceType);
  if (CpuCredits === undefined) return;
  const { UnsuccessfulInstanceCreditSpecifications: [refused] = [] } = await call(
    'ec2',
    'ModifyInstanceCreditSpecification',
    { InstanceCreditSpecifications: [{ InstanceId, CpuCredits }] },
  );
  if (refused) throw new ResourceFailure(refused.Error?.Message ?? '');
}

/**
 * Of types that have credits
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode.html).
 */
function defaultCredits(type: Json | undefined): string | undefined {
  const [, generation] = /^t([2-9])/.exec(String(type)) ?? [];
  return generation && (generation === '2' ? 'standard' : 'unlimited');
}

/** Stops it, and asks to be called again until it is. */
async function awaitStopped({ call }: ResourceContext, found: Instance | undefined): Promise<void> {
  const state = found?.State?.Name;
  if (state === 'stopped') return;
  if (state === 'running') await call('ec2', 'StopInstances', { InstanceIds: [found?.InstanceId as string] });
  throw new StillBusy();
}

async function changeProfile(
  { call }: ResourceContext,
  InstanceId: string,
  name: string | undefined,
): Promise<void> {
  const { IamInstanceProfileAssociations: [association] = [] } = await call(
    'ec2',
    'DescribeIamInstanceProfileAssociations',
    { Filters: [{ Name: 'instance-id', Values: [InstanceId] }] },
  );
  const AssociationId = association?.AssociationId;
  if (name === undefined) {
    if (AssociationId) await call('ec2', 'DisassociateIamInstanceProfile', { AssociationId });
  } else if (AssociationId) {
    const request = { AssociationId, IamInstanceProfile: { Name: name } };
    await call('ec2', 'ReplaceIamInstanceProfileAssociation', request);
  } else {
    await call('ec2', 'AssociateIamInstanceProfile', { InstanceId, IamInstanceProfile: { Name: name } });
  }
}

/** Volumes can be attached once the instance is running. */
async function changeVolumes(
  { call }: ResourceContext,
  found: Instance | undefined,
  from: Json | undefined,
  to: Json | undefined,
): Promise<void> {
  if (found?.State?.Name === 'pending') throw new StillBusy();
  const InstanceId = found?.InstanceId as string;
  const ids = (volumes: Json | undefined) =>
    ((volumes ?? []) as readonly JsonObject[]).map(({ VolumeId }) => VolumeId as string);
  const deviceOf = (volumeId: string) =>
    ((to ?? []) as readonly JsonObject[]).find(({ VolumeId }) => VolumeId === volumeId)?.Device as string;
  await updateSet(
    ids(from),
    ids(to),
    (VolumeId) => call('ec2', 'AttachVolume', { VolumeId, InstanceId, Device: deviceOf(VolumeId) }),
    (VolumeId) => call('ec2', 'DetachVolume', { VolumeId, InstanceId }),
  );
}
