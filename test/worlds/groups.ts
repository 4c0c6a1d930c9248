/** An account with a launch template and a group: what the tests of Auto Scaling start from, all through the front door. */
import type { TestContext } from 'node:test';
import {
  type Activity,
  AutoScalingClient,
  type AutoScalingGroup,
  CreateAutoScalingGroupCommand,
  type CreateAutoScalingGroupCommandInput,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateLaunchTemplateCommand,
  DescribeSubnetsCommand,
  type RequestLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import type { LatchkeyOptions } from '../../src/latchkey.ts';
import { ACCOUNT, type EventBridgeEvent } from './account.ts';
import { ec2World, type World } from './ec2.ts';

export const SERVICE_ROLE = `arn:aws:iam::${ACCOUNT}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
export const SERVICE_SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling`;

export interface GroupWorld extends World {
  readonly autoscaling: AutoScalingClient;
  /** A launch template with these parameters over an image and a type; gives its id. */
  newTemplate(data?: RequestLaunchTemplateData): Promise<string>;
  /** Makes the group `web`, of the subnets of two zones. */
  newGroup(
    templateId: string,
    input?: Partial<CreateAutoScalingGroupCommandInput>,
    client?: AutoScalingClient,
  ): Promise<void>;
  group(name?: string): Promise<AutoScalingGroup>;
  /** Newest first. */
  activities(name?: string): Promise<Activity[]>;
  /** Of Auto Scaling, oldest first. */
  groupEvents(detailType: string): Promise<EventBridgeEvent[]>;
}

export async function groupWorld(
  t: Pick<TestContext, 'after'>,
  options?: LatchkeyOptions,
): Promise<GroupWorld> {
  const world = await ec2World(t, options);
  const autoscaling = world.server.client(AutoScalingClient);
  const { Subnets: subnets } = await world.ec2.send(new DescribeSubnetsCommand({}));
  const subnetIds = subnets!
    .toSorted((one, other) => (one.AvailabilityZone! < other.AvailabilityZone! ? -1 : 1))
    .slice(0, 2)
    .map(({ SubnetId }) => SubnetId);
  let templates = 0;
  return {
    ...world,
    autoscaling,
    async newTemplate(data = {}) {
      const { LaunchTemplate: made } = await world.ec2.send(
        new CreateLaunchTemplateCommand({
          LaunchTemplateName: `template-${++templates}`,
          LaunchTemplateData: { ImageId: world.imageId, InstanceType: 't3.micro', ...data },
        }),
      );
      return made!.LaunchTemplateId!;
    },
    async newGroup(LaunchTemplateId, input = {}, client = autoscaling) {
      await client.send(
        new CreateAutoScalingGroupCommand({
          AutoScalingGroupName: 'web',
          LaunchTemplate: { LaunchTemplateId },
          MinSize: 0,
          MaxSize: 4,
          DesiredCapacity: 1,
          VPCZoneIdentifier: subnetIds.join(','),
          ...input,
        }),
      );
    },
    async group(name = 'web') {
      const { AutoScalingGroups: found } = await autoscaling.send(
        new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
      );
      return found![0]!;
    },
    async activities(AutoScalingGroupName = 'web') {
      const { Activities: found } = await autoscaling.send(
        new DescribeScalingActivitiesCommand({ AutoScalingGroupName, IncludeDeletedGroups: true }),
      );
      return found!;
    },
    groupEvents: async (detailType) =>
      (await world.events()).filter(
        (event) => event.source === 'aws.autoscaling' && event['detail-type'] === detailType,
      ),
  };
}
