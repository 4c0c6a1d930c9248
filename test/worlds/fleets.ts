/** An account with launch templates: what the tests of fleets start from, all through the front door. */
import type { TestContext } from 'node:test';
import {
  CreateFleetCommand,
  type CreateFleetCommandInput,
  CreateLaunchTemplateCommand,
  DescribeFleetHistoryCommand,
  DescribeFleetInstancesCommand,
  DescribeFleetsCommand,
  DescribeInstancesCommand,
  type EC2Client,
  type FleetData,
  type HistoryRecordEntry,
  type RequestLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import type { LatchkeyOptions } from '../../src/latchkey.ts';
import type { EventBridgeEvent } from './account.ts';
import { ec2World, type World } from './ec2.ts';

export interface FleetWorld extends World {
  /** A launch template with these parameters over an image and a type; gives its id. */
  newTemplate(data?: RequestLaunchTemplateData): Promise<string>;
  /** Makes a fleet over a template, of one On-Demand Instance unless told otherwise. */
  newFleet(templateId: string, input?: FleetInput, client?: EC2Client): ReturnType<typeof sent>;
  fleet(id: string | undefined): Promise<FleetData>;
  fleetInstances(id: string | undefined): Promise<string[]>;
  /** Ids of all instances that run. */
  running(): Promise<string[]>;
  history(id: string | undefined): Promise<HistoryRecordEntry[]>;
  /** Of EC2 Fleet, oldest first. */
  fleetEvents(): Promise<EventBridgeEvent[]>;
}

interface FleetInput extends Partial<CreateFleetCommandInput> {
  readonly overrides?: NonNullable<CreateFleetCommandInput['LaunchTemplateConfigs']>[number]['Overrides'];
}

const sent = (client: EC2Client, input: CreateFleetCommandInput) =>
  client.send(new CreateFleetCommand(input));

export async function fleetWorld(
  t: Pick<TestContext, 'after'> | undefined,
  options?: LatchkeyOptions,
): Promise<FleetWorld> {
  const world = await ec2World(t, options);
  let templates = 0;
  return {
    ...world,
    async newTemplate(data = {}) {
      const { LaunchTemplate: made } = await world.ec2.send(
        new CreateLaunchTemplateCommand({
          LaunchTemplateName: `template-${++templates}`,
          LaunchTemplateData: { ImageId: world.imageId, InstanceType: 't3.micro', ...data },
        }),
      );
      return made!.LaunchTemplateId!;
    },
    newFleet(LaunchTemplateId, { overrides: Overrides, ...input } = {}, client = world.ec2) {
      return sent(client, {
        LaunchTemplateConfigs: [
          { LaunchTemplateSpecification: { LaunchTemplateId, Version: '$Latest' }, Overrides },
        ],
        TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'on-demand' },
        ...input,
      });
    },
    async fleet(id) {
      await world.server.settled();
      const { Fleets: found } = await world.ec2.send(new DescribeFleetsCommand({ FleetIds: [id!] }));
      return found![0]!;
    },
    async fleetInstances(id) {
      await world.server.settled();
      const { ActiveInstances } = await world.ec2.send(new DescribeFleetInstancesCommand({ FleetId: id }));
      return ActiveInstances!.map(({ InstanceId }) => InstanceId!);
    },
    async running() {
      await world.server.settled();
      const Filters = [{ Name: 'instance-state-name', Values: ['running'] }];
      const { Reservations } = await world.ec2.send(new DescribeInstancesCommand({ Filters }));
      return Reservations!.flatMap(({ Instances: all = [] }) => all.map(({ InstanceId }) => InstanceId!));
    },
    async history(FleetId) {
      await world.server.settled();
      const StartTime = new Date(0);
      const { HistoryRecords } = await world.ec2.send(
        new DescribeFleetHistoryCommand({ FleetId, StartTime }),
      );
      return HistoryRecords!;
    },
    fleetEvents: async () => (await world.events()).filter(({ source }) => source === 'aws.ec2fleet'),
  };
}
