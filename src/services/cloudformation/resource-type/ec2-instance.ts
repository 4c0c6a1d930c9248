/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-instance.html (aws-facts H5) */
import type { Instance } from '../../../shapes/generated/ec2.ts';
import { sameValue } from '../template/json.ts';
import { withGroupIds } from './ec2-group-names.ts';
import { modifyInstance } from './ec2-instance-changes.ts';
import { INSTANCE_PROPERTIES, runRequest, UNSERVED_INSTANCE_PROPERTIES } from './ec2-instance-request.ts';
import { ResourceFailure } from './failure.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';

export const instance: ResourceType = {
  name: 'AWS::EC2::Instance',
  properties: INSTANCE_PROPERTIES,
  unserved: UNSERVED_INSTANCE_PROPERTIES,
  creationPolicies: ['ResourceSignal'],
  attributes: [
    'AvailabilityZone',
    'InstanceId',
    'PrivateDnsName',
    'PrivateIp',
    'PublicDnsName',
    'PublicIp',
    'State',
    'State.Code',
    'State.Name',
    'VpcId',
  ],

  async create(ctx, properties) {
    const { Instances: [launched] = [] } = await ctx.call(
      'ec2',
      'RunInstances',
      runRequest(ctx, await withGroupIds(ctx, properties)),
    );
    const { Volumes: _volumes, SourceDestCheck: _check, ...made } = properties;
    return { physicalId: launched?.InstanceId as string, made };
  },

  async read(ctx, { physicalId, properties }, sinceMs) {
    const found = await describe(ctx, physicalId);
    const state = found?.State?.Name ?? 'terminated';
    if (state === 'pending') return undefined;
    if (!found || !(state === 'running' || isLeftStopped(found, sinceMs)))
      throw notRunning(physicalId, found);
    const wanted = properties.InstanceType;
    if (wanted !== undefined && !sameValue(wanted, found.InstanceType)) return undefined;
    const code = String(found.State?.Code ?? '');
    return {
      AvailabilityZone: found.Placement?.AvailabilityZone ?? '',
      InstanceId: physicalId,
      PrivateDnsName: found.PrivateDnsName ?? '',
      PrivateIp: found.PrivateIpAddress ?? '',
      PublicDnsName: found.PublicDnsName ?? '',
      PublicIp: found.PublicIpAddress ?? '',
      State: { Code: code, Name: state },
      'State.Code': code,
      'State.Name': state,
      VpcId: found.VpcId ?? '',
    };
  },

  update: async (ctx, { physicalId, properties: from }, to) =>
    modifyInstance(
      ctx,
      await describe(ctx, physicalId),
      await withGroupIds(ctx, from),
      await withGroupIds(ctx, to),
    ),

  async delete({ call }, { physicalId }) {
    await call('ec2', 'TerminateInstances', { InstanceIds: [physicalId] });
  },

  async isGone(ctx, { physicalId }) {
    const found = await describe(ctx, physicalId);
    return found === undefined || found.State?.Name === 'terminated';
  },
};

async function describe({ call }: ResourceContext, physicalId: string): Promise<Instance | undefined> {
  const { Reservations: [reservation] = [] } = await call('ec2', 'DescribeInstances', {
    InstanceIds: [physicalId],
  });
  return reservation?.Instances?.[0];
}

/** Somebody has stopped it, and what is done to it did not start it. */
const isLeftStopped = ({ State, StateReason, LaunchTime = 0 }: Instance, sinceMs: number): boolean =>
  State?.Name === 'stopped' && StateReason?.Code === 'Client.UserInitiatedShutdown' && LaunchTime < sinceMs;

/** In CloudFormation's own words (aws-facts H9). */
const notRunning = (physicalId: string, found: Instance | undefined) =>
  new ResourceFailure(
    `Instance ${physicalId} failed to stabilize. Current state: ${found?.State?.Name ?? 'terminated'}. ` +
      `Reason: ${found?.StateReason?.Message ?? 'unknown'}`,
  );
