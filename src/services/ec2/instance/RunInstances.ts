/**
 * Launches instances (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html). For each encrypted
 * volume EC2 asks KMS, in the caller's name, for a data key and for a grant to the instance. What KMS refuses is not
 * shown in the reply: the instance is `pending`, then terminated (aws-facts B2, C2).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { RunInstancesRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { scheduleRetirement } from '../encryption/retire-grants.ts';
import { imageKind } from '../image/image.ts';
import { passRoleCheck } from '../instance-profile/instance-profile.ts';
import { findKeyPair, keyPairKind } from '../key-pair/key-pair.ts';
import { launchTemplateKind } from '../launch-template/launch-template.ts';
import { templateConditions } from '../launch-template/launch-template-data.ts';
import { networkInterfaceKind } from '../network/network-interface/network-interface.ts';
import { securityGroupKind } from '../network/security-group/security-group.ts';
import { subnetKind } from '../network/subnet/subnet.ts';
import { createdResources, ec2Arn } from '../resource/arn.ts';
import { idsOfToken, rememberToken } from '../resource/client-token.ts';
import { findResource, newId, resourceCheck } from '../resource/kind.ts';
import { creationChecks } from '../resource/tag.ts';
import { snapshotKind } from '../snapshot/snapshot.ts';
import { instanceConditions, instanceKind } from './instance.ts';
import { grantsOf, prepareInstances, putInstance } from './launch.ts';
import { type LaunchPlan, planLaunch } from './launch-plan.ts';
import { plannedVolumeConditions } from './launch-volumes.ts';
import { showReservation } from './reservation.ts';

const ACTION = 'ec2:RunInstances';

export default ec2.operation('RunInstances', {
  async checks(context, input) {
    const plan = await planLaunch(context, input);
    const { network, image, template } = plan;
    const templateKeys = (...members: (keyof RunInstancesRequest)[]) =>
      templateConditions(template, input, ...members);
    const zone = { name: network.subnet.zone, id: network.subnet.zoneId, region: context.region };
    const [instance, tagInstance] = creationChecks(
      context,
      ACTION,
      'instance',
      plan.tags('instance'),
      () => ({
        ...instanceConditions({
          ...plan,
          zone: zone.name,
          zoneId: zone.id,
          type: plan.type.name,
          spotRequestId: undefined,
        }),
        'ec2:InstanceProfile': plan.profile?.arn,
        ...templateKeys('InstanceType', 'IamInstanceProfile', 'MetadataOptions', 'Placement'),
      }),
    );
    const { KeyName: keyName } = plan.input;
    const keyPair = keyName && (await findKeyPair(context.tx, context, keyName));
    return {
      instance: { ...instance!, plan },
      image: await resourceCheck(context, imageKind, ACTION, image.id, () => templateKeys('ImageId')),
      subnet: await resourceCheck(context, subnetKind, ACTION, network.subnet.id, () =>
        templateKeys('SubnetId', 'NetworkInterfaces'),
      ),
      groups: await Promise.all(
        network.groups.map(({ id }) =>
          resourceCheck(context, securityGroupKind, ACTION, id, () =>
            templateKeys('SecurityGroupIds', 'SecurityGroups', 'NetworkInterfaces'),
          ),
        ),
      ),
      template: template
        ? await resourceCheck(context, launchTemplateKind, ACTION, template.template.id, () => templateKeys())
        : undefined,
      networkInterface: network.existing
        ? [await resourceCheck(context, networkInterfaceKind, ACTION, network.existing.id)]
        : creationChecks(context, ACTION, 'network-interface', plan.tags('network-interface'), () => ({
            'ec2:AssociatePublicIpAddress': network.assignsPublicIp,
            'ec2:AvailabilityZone': zone.name,
            'ec2:AvailabilityZoneId': zone.id,
            'ec2:Subnet': ec2Arn(network.subnet, 'subnet', network.subnet.id),
            'ec2:Vpc': ec2Arn(network.subnet, 'vpc', network.subnet.vpcId),
            ...templateKeys('NetworkInterfaces'),
          })),
      volumes: plan.volumes.flatMap((volume) =>
        creationChecks(context, ACTION, 'volume', plan.tags('volume'), () => ({
          ...plannedVolumeConditions(context.region, zone, volume),
          ...templateKeys('BlockDeviceMappings'),
        })),
      ),
      snapshots: await namedSnapshotChecks(context, plan),
      keyPair: keyPair
        ? await resourceCheck(context, keyPairKind, ACTION, keyPair.id, () => templateKeys('KeyName'))
        : undefined,
      tagInstance,
      passRole: passRoleCheck(context, plan.profile),
    };
  },

  async preconditions(context, input) {
    for (const id of (await idsOfToken(context.tx, context, 'RunInstances', input)) ?? []) {
      const made = await findResource(context.tx, instanceKind, context, id);
      if (made && made.state !== 'terminated') continue;
      throw new AwsError(
        'IdempotentInstanceTerminated',
        `The client token you have provided is associated with an instance that is terminated: ${id}. Please use a different client token.`,
      );
    }
  },

  async calls(ctx, input, { instance }) {
    if (await ctx.read((tx) => idsOfToken(tx, ctx, 'RunInstances', input))) return undefined;
    return prepareInstances(ctx, instance.plan);
  },

  async execute(context, input, { instance }, prepared) {
    const made = await idsOfToken(context.tx, context, 'RunInstances', input);
    if (made || !prepared) {
      // The same token came twice at one time: what was asked for the second is not needed.
      scheduleRetirement(context, grantsOf(prepared ?? []), 0);
      return showReservation(context.tx, context, made ?? []);
    }
    const reservationId = newId(context.entropy, 'r');
    for (const [index, each] of prepared.entries()) {
      await putInstance(context, instance.plan, each, { reservationId, index });
    }
    const ids = prepared.map(({ instanceId }) => instanceId);
    rememberToken(context.tx, context, 'RunInstances', input, ids);
    const reservation = await showReservation(context.tx, context, ids);
    // The volumes are on their way, and not shown yet.
    return {
      ...reservation,
      Instances: reservation.Instances?.map((each) => ({ ...each, BlockDeviceMappings: [] })),
    };
  },

  audit: {
    resources: (_input, output, scope) =>
      createdResources(
        scope,
        instanceKind.type,
        output?.Instances?.map(({ InstanceId }) => InstanceId) ?? [],
      ),
  },
});

/** Snapshots that the request names itself; the image's own come with the image. */
async function namedSnapshotChecks(context: ResolveContext, { input }: LaunchPlan) {
  const ids = new Set(input.BlockDeviceMappings?.flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? []));
  return Promise.all([...ids].map((id) => resourceCheck(context, snapshotKind, ACTION, id)));
}
