/** The world of a simulation before anything goes wrong. */
import type { Model } from './model.ts';
import { PLACES, type Place } from './places.ts';
import type { World } from './world.ts';

/** Where events are delivered. */
export const LOG_GROUP = '/sim/events';

export async function prepare(world: World, model: Model): Promise<void> {
  await world.call('organizations', 'CreateOrganization', {});
  for (const place of PLACES) {
    const { Images } = await world.call('ec2', 'DescribeImages', { Owners: ['amazon'] }, place);
    model.imageIds.set(place.region, Images?.[0]?.ImageId as string);
    await keepEvents(world, place);
  }
}

/** Events go into a log group. */
async function keepEvents(world: World, place: Place): Promise<void> {
  const group = `arn:aws:logs:${place.region}:${place.identity.account}:log-group:${LOG_GROUP}`;
  await world.call('logs', 'CreateLogGroup', { logGroupName: LOG_GROUP }, place);
  const EventPattern = JSON.stringify({ source: ['sim', 'aws.ec2'] });
  await world.call('events', 'PutRule', { Name: 'sim', EventPattern }, place);
  const policyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: ['events.amazonaws.com', 'delivery.logs.amazonaws.com'] },
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: `${group}:*`,
      },
    ],
  });
  await world.call('logs', 'PutResourcePolicy', { policyName: 'events', policyDocument }, place);
  await world.call('events', 'PutTargets', { Rule: 'sim', Targets: [{ Id: 'log', Arn: group }] }, place);
}
