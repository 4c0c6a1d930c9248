/** What a launch must be allowed: to make each resource, and to use each that is there. */
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check } from '../../../invoke/verdict.ts';
import type { RunInstancesRequest } from '../../../shapes/generated/ec2.ts';
import { capacityReservationKind } from '../capacity-reservation/capacity-reservation.ts';
import { imageKind } from '../image/image.ts';
import { findKeyPair, keyPairKind } from '../key-pair/key-pair.ts';
import { launchTemplateKind } from '../launch-template/launch-template.ts';
import { templateConditions } from '../launch-template/launch-template-data.ts';
import { networkInterfaceKind } from '../network/network-interface/network-interface.ts';
import { securityGroupKind } from '../network/security-group/security-group.ts';
import { subnetKind } from '../network/subnet/subnet.ts';
import { placementGroupKind } from '../placement-group/placement-group.ts';
import { ec2Arn } from '../resource/arn.ts';
import { resourceCheck } from '../resource/kind.ts';
import { creationChecks } from '../resource/tag.ts';
import { snapshotKind } from '../snapshot/snapshot.ts';
import { instanceConditions } from './instance.ts';
import type { PlannedInterface, PlannedNetwork } from './launch-network.ts';
import type { LaunchPlan } from './launch-plan.ts';
import { plannedVolumeConditions } from './launch-volumes.ts';

const ACTION = 'ec2:RunInstances';

/** `ec2:LaunchTemplate` and whether the request overrides these members of it. */
const templateKeys = (
  plan: LaunchPlan,
  input: RunInstancesRequest,
  ...members: (keyof RunInstancesRequest)[]
) => templateConditions(plan.template, input, ...members);

export function instanceChecks(
  context: ResolveContext,
  input: RunInstancesRequest,
  plan: LaunchPlan,
): Check<null>[] {
  const { zone, zoneId } = plan.network.subnet;
  return creationChecks(context, ACTION, 'instance', plan.tags('instance'), () => ({
    ...instanceConditions({ ...plan, zone, zoneId, type: plan.type.name, isSpot: plan.spot !== undefined }),
    'ec2:InstanceProfile': plan.profile?.arn,
    'ec2:PlacementGroup':
      plan.placement && ec2Arn(plan.placement.group, 'placement-group', plan.placement.group.name),
    ...templateKeys(plan, input, 'InstanceType', 'IamInstanceProfile', 'MetadataOptions', 'Placement'),
  }));
}

export async function networkInterfaceChecks(
  context: ResolveContext,
  input: RunInstancesRequest,
  plan: LaunchPlan,
) {
  const interfaces = [plan.network, ...plan.network.further];
  return (await Promise.all(interfaces.map((each) => interfaceChecks(context, input, plan, each)))).flat();
}

async function interfaceChecks(
  context: ResolveContext,
  input: RunInstancesRequest,
  plan: LaunchPlan,
  { existing, subnet, assignsPublicIp }: PlannedInterface,
): Promise<Check<unknown>[]> {
  if (existing) return [await resourceCheck(context, networkInterfaceKind, ACTION, existing.id)];
  return creationChecks(context, ACTION, 'network-interface', plan.tags('network-interface'), () => ({
    'ec2:AssociatePublicIpAddress': assignsPublicIp,
    'ec2:AvailabilityZone': subnet.zone,
    'ec2:AvailabilityZoneId': subnet.zoneId,
    'ec2:Subnet': ec2Arn(subnet, 'subnet', subnet.id),
    'ec2:Vpc': ec2Arn(subnet, 'vpc', subnet.vpcId),
    ...templateKeys(plan, input, 'NetworkInterfaces'),
  }));
}

export function volumeChecks(
  context: ResolveContext,
  input: RunInstancesRequest,
  plan: LaunchPlan,
): Check<null>[] {
  const { zone, zoneId } = plan.network.subnet;
  const place = { name: zone, id: zoneId, region: context.region };
  return plan.volumes.flatMap((volume) =>
    creationChecks(context, ACTION, 'volume', plan.tags('volume'), () => ({
      ...plannedVolumeConditions(context.region, place, volume),
      ...templateKeys(plan, input, 'BlockDeviceMappings'),
    })),
  );
}

/** Only where it is given tags does AWS look at the Spot Instance request that a launch makes (aws-facts I15). */
export function spotRequestChecks(context: ResolveContext, plan: LaunchPlan): Check<null>[] {
  const type = 'spot-instances-request';
  const tags = plan.tags(type);
  return plan.spot && tags.length > 0 ? creationChecks(context, ACTION, type, tags) : [];
}

/** Of what is there already: image, subnet, groups, launch template, key pair. */
export async function usedResourceChecks(
  context: ResolveContext,
  input: RunInstancesRequest,
  plan: LaunchPlan,
  action = ACTION,
) {
  const { network, image, imageParameter, template, placement } = plan;
  const { targetId } = plan.reservationChoice ?? {};
  const keys = (...members: (keyof RunInstancesRequest)[]) =>
    action === ACTION ? templateKeys(plan, input, ...members) : {};
  // The plan's own, which may stand in for another.
  const planned = { ...imageKind, idForm: /./, records: { ...imageKind.records, find: async () => image } };
  const { KeyName: keyName } = plan.input;
  const keyPair = keyName && (await findKeyPair(context.tx, context, keyName));
  return {
    imageParameter,
    image: await resourceCheck(context, planned, action, image.id, () => keys('ImageId')),
    subnets: await Promise.all(
      idsOf(network, ({ subnet }) => [subnet]).map((id) =>
        resourceCheck(context, subnetKind, action, id, () => keys('SubnetId', 'NetworkInterfaces')),
      ),
    ),
    groups: await Promise.all(
      idsOf(network, ({ groups }) => groups).map((id) =>
        resourceCheck(context, securityGroupKind, action, id, () =>
          keys('SecurityGroupIds', 'SecurityGroups', 'NetworkInterfaces'),
        ),
      ),
    ),
    template: template
      ? await resourceCheck(context, launchTemplateKind, action, template.template.id, () => keys())
      : undefined,
    placementGroup: placement
      ? await resourceCheck(context, placementGroupKind, action, placement.group.id, () => keys('Placement'))
      : undefined,
    capacityReservation: targetId
      ? await resourceCheck(context, capacityReservationKind, action, targetId, () =>
          keys('CapacityReservationSpecification'),
        )
      : undefined,
    keyPair: keyPair
      ? await resourceCheck(context, keyPairKind, action, keyPair.id, () => keys('KeyName'))
      : undefined,
  };
}

/** Each once, however many interfaces are in it. */
const idsOf = (
  network: PlannedNetwork,
  used: (each: PlannedInterface) => readonly { readonly id: string }[],
): string[] => [...new Set([network, ...network.further].flatMap(used).map(({ id }) => id))];

/** Snapshots that the request names itself; the image's own come with the image. */
export async function namedSnapshotChecks(context: ResolveContext, { input }: LaunchPlan, action = ACTION) {
  const ids = new Set(input.BlockDeviceMappings?.flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? []));
  return Promise.all([...ids].map((id) => resourceCheck(context, snapshotKind, action, id)));
}
