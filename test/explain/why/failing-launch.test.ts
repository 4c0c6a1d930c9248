/** What is told of an instance whose key is refused: a launch ends it, and a start leaves it stopped, whoever asked for it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CreateFleetCommand,
  CreateLaunchTemplateCommand,
  DescribeSpotInstanceRequestsCommand,
  EC2Client,
  RequestSpotInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { History } from '../../../src/import/cloudtrail/history.ts';
import { Reads } from '../../../src/import/snapshot/snapshot.ts';
import { allowing } from '../../worlds/account.ts';
import { type GroupWorld, groupWorld } from '../../worlds/groups.ts';
import { readAccount } from '../../worlds/imported.ts';
import { accountReader } from '../../worlds/read-account.ts';
import type { Explained } from '../../worlds/remedies.ts';
import { launched } from '../../worlds/waiting-stacks.ts';

const readAccountOf = accountReader();
/** Which makes ten seconds of nine minutes: to ask takes time. */
const DELAYS = 50;

let world: GroupWorld;
let ec2: EC2Client;
before(async () => {
  world = await groupWorld({ after: () => undefined }, { delays: DELAYS });
  const builder = await world.user('builder', allowing('ec2:*', 'iam:CreateServiceLinkedRole'));
  ec2 = world.server.client(EC2Client, builder.credentials);
});
after(() => world.server.close());

const symptomOf = async (subject: string) =>
  (await world.server.ask<Explained>('explain', { subject })).symptom;

const data = async () => launched(world.imageId, await world.newKey());

async function newTemplate(): Promise<string> {
  const LaunchTemplateName = `template-${await world.newKey()}`.replaceAll(':', '-');
  const { LaunchTemplate } = await world.ec2.send(
    new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData: await data() }),
  );
  return LaunchTemplate?.LaunchTemplateId as string;
}

/** In steps, until there is what is looked for. */
async function awaited<T>(find: () => Promise<T | undefined>): Promise<T> {
  for (let step = 0; step < 100; step++) {
    const found = await find();
    if (found !== undefined) return found;
    await world.server.advance(100_000);
  }
  throw new Error('it does not come about');
}

const spotRequest = async (id: string) =>
  (await ec2.send(new DescribeSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [id] })))
    .SpotInstanceRequests?.[0];

const LAUNCHES: Readonly<Record<string, () => Promise<string | undefined>>> = {
  RunInstances: async () => world.run(await data(), ec2),
  'RunInstances, of a Spot Instance': async () =>
    world.run({ ...(await data()), InstanceMarketOptions: { MarketType: 'spot' } }, ec2),
  async CreateFleet() {
    const LaunchTemplateSpecification = { LaunchTemplateId: await newTemplate(), Version: '1' };
    const { Instances } = await ec2.send(
      new CreateFleetCommand({
        Type: 'instant',
        LaunchTemplateConfigs: [{ LaunchTemplateSpecification }],
        TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'on-demand' },
      }),
    );
    return Instances?.[0]?.InstanceIds?.[0];
  },
  async 'an Auto Scaling group'() {
    await world.newGroup(await newTemplate());
    return awaited(async () => (await world.group()).Instances?.[0]?.InstanceId);
  },
};

for (const [name, launch] of Object.entries(LAUNCHES)) {
  test(`a launch by ${name} is terminated`, async () => {
    const id = (await launch()) as string;
    assert.equal(await symptomOf(id), `${id} is being launched, and will be terminated`);
    const reason = 'Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state';
    const next = async (before: string) =>
      awaited(async () => [await symptomOf(id)].find((symptom) => symptom !== before));
    const going = await next(`${id} is being launched, and will be terminated`);
    assert.equal(going, `${id} is being terminated: ${reason}`);
    assert.equal(await next(going), `${id} was terminated: ${reason}`);
  });
}

test('a Spot request waits for its instance, which is terminated', async () => {
  const { SpotInstanceRequests: [request] = [] } = await ec2.send(
    new RequestSpotInstancesCommand({ LaunchSpecification: await data() }),
  );
  const id = request?.SpotInstanceRequestId as string;
  assert.match(
    (await world.server.ask<Explained>('explain', { subject: id })).headline,
    new RegExp(`^Spot Instance request ${id} is under way since \\S+; nothing has failed yet\\.$`),
  );
  const instance = await awaited(async () => (await spotRequest(id))?.InstanceId);
  assert.match(
    (await symptomOf(id)) ?? '',
    new RegExp(
      `^Spot Instance request ${id} is under way since \\S+ and waits for ${instance}: ${instance} is being launched, and will be terminated$`,
    ),
  );
  await awaited(async () => ((await spotRequest(id))?.State === 'closed' ? id : undefined));
  assert.match((await symptomOf(id)) ?? '', /^Spot Instance request \S+ is closed /);
});

test('a start leaves the instance stopped, as an account that is read meanwhile says too', async () => {
  const id = await world.run(await data());
  const state = async () => (await world.instance(id)).State?.Name;
  const becomes = (name: string) => awaited(async () => [await state()].find((each) => each === name));
  await becomes('running');
  await world.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  await becomes('stopped');
  await ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
  const launching = (await LAUNCHES.RunInstances?.()) as string;
  const told = [
    `${id} is starting, and will be stopped`,
    `${launching} is being launched, and will be terminated`,
  ];
  assert.deepEqual([await symptomOf(id), await symptomOf(launching)], told);
  const into = { reads: new Reads(), history: new History() };
  await readAccount(world.server, into);
  const { questions } = await readAccountOf(into.reads, into.history);
  const asRead = async (subject: string) => (await questions.explain?.({ subject })) as Explained;
  assert.deepEqual([(await asRead(id)).symptom, (await asRead(launching)).symptom], told);

  await becomes('stopped');
  assert.equal(await symptomOf(id), `${id} was stopped: Client.InternalError: Client error on launch`);
  await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await becomes('terminated');
  assert.equal(await symptomOf(id), `${id} could not start, and was terminated since`);
});
