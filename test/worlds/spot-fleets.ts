/** An account with the role that Spot Fleet requests name: what their tests start from, all through the front door. */
import type { TestContext } from 'node:test';
import {
  CancelSpotFleetRequestsCommand,
  DescribeSpotFleetInstancesCommand,
  DescribeSpotFleetRequestHistoryCommand,
  DescribeSpotFleetRequestsCommand,
  DescribeSubnetsCommand,
  type EC2Client,
  RequestSpotFleetCommand,
  type SpotFleetLaunchSpecification,
  type SpotFleetRequestConfig,
  type SpotFleetRequestConfigData,
} from '@aws-sdk/client-ec2';
import { AttachRolePolicyCommand, CreateRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import type { LatchkeyOptions } from '../../src/latchkey.ts';
import { type FleetWorld, fleetWorld } from './fleets.ts';

export const TAGGING_POLICY = 'arn:aws:iam::aws:policy/service-role/AmazonEC2SpotFleetTaggingRole';

/** The role of the user guide, as its console makes it; its ARN. */
export async function newFleetRole(client: IAMClient): Promise<string> {
  const { Role } = await client.send(
    new CreateRoleCommand({
      RoleName: 'aws-ec2-spot-fleet-tagging-role',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'spotfleet.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      }),
    }),
  );
  const { RoleName, Arn } = Role!;
  await client.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: TAGGING_POLICY }));
  return Arn!;
}

export interface SpotFleetWorld extends FleetWorld {
  /** Of one t3.micro unless told otherwise. */
  specification(change?: SpotFleetLaunchSpecification): SpotFleetLaunchSpecification;
  /** Asks for a fleet of one such instance unless told otherwise; its id. */
  request(
    config?: Partial<SpotFleetRequestConfigData>,
    client?: EC2Client,
    DryRun?: boolean,
  ): Promise<string>;
  described(id: string): Promise<SpotFleetRequestConfig>;
  instancesOf(id: string): Promise<string[]>;
  /** Type and sub-type of what happened, oldest first. */
  historyOf(id: string): Promise<string[]>;
  cancel(id: string, TerminateInstances?: boolean): Promise<void>;
  subnetIn(zone: string): Promise<string>;
}

export async function spotFleetWorld(
  t: Pick<TestContext, 'after'> | undefined,
  options?: LatchkeyOptions,
): Promise<SpotFleetWorld> {
  const world = await fleetWorld(t, options);
  const role = await newFleetRole(world.iam);
  const specification = (change: SpotFleetLaunchSpecification = {}): SpotFleetLaunchSpecification => ({
    ImageId: world.imageId,
    InstanceType: 't3.micro',
    ...change,
  });
  return {
    ...world,
    specification,
    async request(config = {}, client = world.ec2, DryRun = undefined) {
      const { SpotFleetRequestId: id } = await client.send(
        new RequestSpotFleetCommand({
          DryRun,
          SpotFleetRequestConfig: {
            IamFleetRole: role,
            TargetCapacity: 1,
            LaunchSpecifications: [specification()],
            ...config,
          },
        }),
      );
      return id!;
    },
    async described(id) {
      await world.server.settled();
      const SpotFleetRequestIds = [id];
      const { SpotFleetRequestConfigs: found } = await world.ec2.send(
        new DescribeSpotFleetRequestsCommand({ SpotFleetRequestIds }),
      );
      return found![0]!;
    },
    async instancesOf(SpotFleetRequestId) {
      await world.server.settled();
      const { ActiveInstances: found } = await world.ec2.send(
        new DescribeSpotFleetInstancesCommand({ SpotFleetRequestId }),
      );
      return found!.map(({ InstanceId }) => InstanceId!);
    },
    async historyOf(SpotFleetRequestId) {
      await world.server.settled();
      const StartTime = new Date(0);
      const { HistoryRecords: records } = await world.ec2.send(
        new DescribeSpotFleetRequestHistoryCommand({ SpotFleetRequestId, StartTime }),
      );
      return records!.map(({ EventType, EventInformation: event }) => `${EventType} ${event!.EventSubType}`);
    },
    async cancel(id, TerminateInstances = true) {
      await world.ec2.send(
        new CancelSpotFleetRequestsCommand({ SpotFleetRequestIds: [id], TerminateInstances }),
      );
    },
    async subnetIn(zone) {
      const Filters = [{ Name: 'availability-zone', Values: [zone] }];
      const { Subnets: found } = await world.ec2.send(new DescribeSubnetsCommand({ Filters }));
      return found![0]!.SubnetId!;
    },
  };
}
