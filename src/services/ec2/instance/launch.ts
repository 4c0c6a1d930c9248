/** The work of a launch: asking KMS for each volume, and the records that the reply shows. */
import type { CallContext, ExecuteContext } from '../../../invoke/context.ts';
import { reservationFor } from '../capacity-reservation/launch-reservation.ts';
import { grantToInstance, type VolumeGrant } from '../encryption/data-key.ts';
import { hasFailed, type KmsFailure } from '../encryption/kms-failure.ts';
import { takeCredit } from '../fast-restore/volume-credits.ts';
import { CREDITS, defaultCredits } from '../instance-type/default-credits.ts';
import { templateTags } from '../launch-template/launch-template-data.ts';
import { choosePartition } from '../placement-group/placement.ts';
import { newId } from '../resource/kind.ts';
import { announceBlocks, claimBlocks } from '../volume/announced-blocks.ts';
import { newVolume } from '../volume/new-volume.ts';
import { type Attachment, type VolumeRecord, volumeKind } from '../volume/volume.ts';
import { makeBlocks, type PreparedSource, prepareSource } from '../volume/volume-source.ts';
import { emitStateChange, type InstanceRecord, instanceKind } from './instance.ts';
import { makeInterfaces } from './instance-interfaces.ts';
import { PENDING } from './instance-state.ts';
import { type LaunchPlan, launchCount, plannedWant } from './launch-plan.ts';
import type { PlannedVolume } from './launch-volumes.ts';
import { schedulePowerOn } from './power-on-workflow.ts';

interface PreparedVolume {
  readonly volumeId: string;
  readonly planned: PlannedVolume;
  readonly source: PreparedSource;
  readonly grant?: VolumeGrant;
  /** Why the instance may not open the volume, which itself could be made. */
  readonly attachFailure?: KmsFailure;
}

export interface PreparedInstance {
  readonly instanceId: string;
  readonly volumes: readonly PreparedVolume[];
  readonly failure?: KmsFailure;
}

/** Asks KMS for every volume of every instance. An instance ends at its first refusal; the others go on. */
export async function prepareInstances(ctx: CallContext, plan: LaunchPlan): Promise<PreparedInstance[]> {
  const prepared: PreparedInstance[] = [];
  for (let index = 0; index < launchCount(plan); index++) {
    const instanceId = newId(ctx.entropy, instanceKind.prefix);
    const volumes: PreparedVolume[] = [];
    let failure: KmsFailure | undefined;
    for (const planned of plan.volumes) {
      const volume = await prepareVolume(ctx, planned, instanceId);
      volumes.push(volume);
      const refused = failureOf(volume);
      if (!refused) continue;
      failure = { ...refused, volumeId: volume.volumeId };
      break;
    }
    prepared.push({ instanceId, volumes, failure });
  }
  return prepared;
}

const failureOf = ({ source, attachFailure }: PreparedVolume) => source.creation.failure ?? attachFailure;

/** All grants that a preparation had made. */
export const grantsOf = (prepared: readonly PreparedInstance[]): (VolumeGrant | undefined)[] =>
  prepared.flatMap(({ volumes }) => volumes.flatMap(({ grant, source }) => [grant, source.creation.grant]));

/** The volumes whose blocks a preparation has made, or tried to. */
export const copiedVolumes = (prepared: readonly PreparedInstance[]): string[] =>
  prepared.flatMap(({ volumes }) =>
    volumes.filter(({ source }) => source.creation.copiesBlocks).map(({ volumeId }) => volumeId),
  );

/** In AWS's order: data key, EBS's copy where one is needed, then the instance's grant (aws-facts B2). */
async function prepareVolume(
  ctx: CallContext,
  planned: PlannedVolume,
  instanceId: string,
): Promise<PreparedVolume> {
  const volumeId = newId(ctx.entropy, volumeKind.prefix);
  const { key, snapshot, performance } = planned;
  const source = await prepareSource(ctx, volumeId, key, snapshot);
  const failed = (failure: KmsFailure): PreparedVolume => ({
    volumeId,
    planned,
    source: { ...source, creation: { ...source.creation, failure } },
  });
  let { creation } = source;
  if (creation.failure || !source.dataKey) return { volumeId, planned, source };
  if (creation.copiesBlocks) {
    const { sizeGiB } = performance;
    const copy = { id: volumeId, sizeGiB, encrypted: true, dataKey: source.dataKey, creation };
    await announceBlocks(ctx, [volumeId]);
    const made = await makeBlocks(ctx, copy);
    if (hasFailed(made)) return failed(made.failure);
    creation = { ...creation, hasBlocks: true };
  }
  const granted = await grantToInstance(ctx, source.dataKey, instanceId);
  const made = { volumeId, planned, source: { ...source, creation } };
  return hasFailed(granted) ? { ...made, attachFailure: granted.failure } : { ...made, grant: granted.value };
}

/** As the request says, or as the subnet does. */
function dnsNamesOf({ input, network: { subnet } }: LaunchPlan): InstanceRecord['privateDnsNames'] {
  const { PrivateDnsNameOptions: asked = {} } = input;
  const { dnsNames } = subnet;
  return {
    HostnameType: asked.HostnameType ?? dnsNames?.hostnameType ?? 'ip-name',
    EnableResourceNameDnsARecord: asked.EnableResourceNameDnsARecord ?? dnsNames?.aRecord ?? false,
    EnableResourceNameDnsAAAARecord: asked.EnableResourceNameDnsAAAARecord ?? dnsNames?.aaaaRecord ?? false,
  };
}

export async function putInstance(
  context: ExecuteContext,
  plan: LaunchPlan,
  prepared: PreparedInstance,
  place: Pick<InstanceRecord, 'launchIndex' | 'reservationId' | 'spotRequestId'>,
): Promise<void> {
  const { input, image, type, network } = plan;
  const { account, region, nowMs } = context;
  const { instanceId } = prepared;
  const threadsPerCore = input.CpuOptions?.ThreadsPerCore ?? type.threadsPerCore;
  const instance: InstanceRecord = {
    account,
    region,
    id: instanceId,
    tags: [...plan.tags('instance'), ...templateTags(plan.template)],
    ...place,
    imageId: image.id,
    type: type.name,
    architecture: image.architecture,
    platform: image.platform,
    rootDeviceName: image.rootDeviceName,
    keyName: input.KeyName,
    zone: network.subnet.zone,
    zoneId: network.subnet.zoneId,
    subnetId: network.subnet.id,
    vpcId: network.subnet.vpcId,
    state: 'pending',
    ...PENDING,
    launchedAtMs: nowMs,
    clientToken: input.ClientToken ?? '',
    ebsOptimized: plan.ebsOptimized,
    monitored: input.Monitoring?.Enabled ?? false,
    tenancy: plan.tenancy,
    profile: profileOf(context, plan),
    disableApiTermination: input.DisableApiTermination ?? false,
    disableApiStop: input.DisableApiStop ?? false,
    shutdownBehavior: input.InstanceInitiatedShutdownBehavior ?? 'stop',
    sourceDestCheck: true,
    userData: input.UserData || undefined,
    metadataOptions: plan.metadataOptions,
    maintenance: input.MaintenanceOptions,
    privateDnsNames: dnsNamesOf(plan),
    cpu: { cores: input.CpuOptions?.CoreCount ?? type.vcpus / type.threadsPerCore, threadsPerCore },
    options: plan.options,
    bootMode: image.bootMode as InstanceRecord['bootMode'],
    ...(await capacityOf(context, plan)),
    cpuCredits: await creditsOf(context, plan),
    failure: prepared.failure,
  };
  context.tx.put(instanceKind.table, instance);
  emitStateChange(context, instance);
  await makeInterfaces(context, network, instanceId, plan.tags('network-interface'));
  for (const volume of prepared.volumes) {
    const fastRestored = await takeCredit(context, volume.planned.snapshot, instance.zone);
    context.tx.put(volumeKind.table, { ...volumeOf(context, plan, instance, volume), fastRestored });
  }
  claimBlocks(context, copiedVolumes([prepared]));
  schedulePowerOn(context, instance, { isLaunch: true });
}

const profileOf = ({ entropy }: ExecuteContext, { profile }: LaunchPlan): InstanceRecord['profile'] =>
  profile && { arn: profile.arn, id: profile.id, associationId: newId(entropy, 'iip-assoc') };

/** Its place in a placement group, and the Capacity Reservation that it runs in. */
async function capacityOf(context: ExecuteContext, plan: LaunchPlan) {
  const { placement, reservationChoice } = plan;
  return {
    placement: placement && {
      groupId: placement.group.id,
      name: placement.group.name,
      partition: await choosePartition(context.tx, placement),
    },
    reservationChoice,
    capacityReservationId: await reservationFor(context.tx, plannedWant(context, plan), reservationChoice),
  };
}

async function creditsOf(
  context: ExecuteContext,
  { type, input }: LaunchPlan,
): Promise<InstanceRecord['cpuCredits']> {
  if (!type.isBurstable) return undefined;
  const asked = CREDITS.find((each) => each === input.CreditSpecification?.CpuCredits);
  return asked ?? defaultCredits(context.tx, context, type.name);
}

function volumeOf(
  context: ExecuteContext,
  plan: LaunchPlan,
  instance: InstanceRecord,
  prepared: PreparedVolume,
): VolumeRecord {
  const { volumeId, planned, source, grant } = prepared;
  const volume = newVolume(context, volumeId, planned, source, {
    tags: plan.tags('volume'),
    zone: instance.zone,
    zoneId: instance.zoneId,
    initializationRate: planned.initializationRate,
  });
  const attachment: Attachment = {
    instanceId: instance.id,
    device: planned.device,
    state: 'attaching',
    attachedAtMs: context.nowMs,
    deleteOnTermination: planned.deleteOnTermination,
    grant,
  };
  return { ...volume, attachments: [attachment], failure: failureOf(prepared) };
}
