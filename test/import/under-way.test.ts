/** What had not ended when a real account was read waits for what it waits for there; what nobody has read of it is said. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CopyImageCommand } from '@aws-sdk/client-ec2';
import type { WithBasis } from '../../src/control/explanations.ts';
import { History } from '../../src/import/cloudtrail/history.ts';
import { Reads } from '../../src/import/snapshot/snapshot.ts';
import { ACCOUNT, allowing, denying, REGION } from '../worlds/account.ts';
import { type GroupWorld, groupWorld } from '../worlds/groups.ts';
import { type Importing, readAccount } from '../worlds/imported.ts';
import { accountReader, readInto } from '../worlds/read-account.ts';
import type { Explained } from '../worlds/remedies.ts';
import type { Credentials } from '../worlds/server.ts';
import { stacksOf } from '../worlds/stacks.ts';
import { groupTemplate, launched, volumeOf, WAIT } from '../worlds/waiting-stacks.ts';

const readAccountOf = accountReader();
const folder = mkdtempSync(join(tmpdir(), 'latchkey-read-meanwhile-'));
let world: GroupWorld;
before(async () => {
  // What goes on takes minutes: reading takes time.
  world = await groupWorld({ after: () => undefined }, { templates: folder, delays: 50 });
  const data = async () => launched(world.imageId, await world.newKey());
  await create('group', groupTemplate(await data()));
  writeFileSync(join(folder, 'inner.json'), JSON.stringify(groupTemplate(await data())));
  const Nested = { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'inner.json' } };
  await create('outer', { Resources: { Nested } });
  for (let minute = 0; minute < 40; minute++) await world.server.advance(60_000);
  const builder = await world.user('builder', allowing('cloudformation:*', 'ec2:*'));
  const Instance = { Type: 'AWS::EC2::Instance', Properties: await data() };
  const Resources = { Instance, Volume: volumeOf(await world.newKey()) };
  await create('machine', { Resources }, builder.credentials);
  const { ImageId, InstanceType } = Instance.Properties;
  const Sound = { Type: 'AWS::EC2::Instance', Properties: { ImageId, InstanceType } };
  await create('sound', { Resources: { Sound, ...WAIT } });
  await world.server.advance(20_000);
});
after(async () => {
  await world.server.close();
  rmSync(folder, { recursive: true });
});

const create = (StackName: string, template: object, credentials?: Credentials) =>
  stacksOf(world.server, credentials).client.send(
    new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template) }),
  );

type Answer = Explained & WithBasis;

/** What the account says that is read of this one now. */
async function imported(options: Importing = {}): Promise<(subject: string) => Promise<Answer>> {
  const into = { reads: new Reads(), history: new History() };
  await readAccount(world.server, into, options);
  const { questions } = await readAccountOf(into.reads, into.history);
  return (subject) => questions.explain?.({ subject }) as Promise<Answer>;
}

const told = ({ symptom, headline, verdict, others }: Explained) => ({
  ...{ symptom, headline, verdict },
  others: others?.map(({ who, resource }) => [who, resource]),
});

const since = String.raw`since \d{4}-\d\d-\d\dT[\d:.]+Z`;

test('what keeps it waiting is what keeps it waiting there', async () => {
  const explained = await imported();
  for (const subject of ['machine', 'group', 'outer']) {
    const live = await world.server.ask<Explained>('explain', { subject });
    assert.match(live.symptom ?? '', /^The creation of stack \w+ is under way .* and waits for /);
    assert.deepEqual(told(await explained(subject)), told(live));
  }
  const { headline, basis } = await explained('sound');
  assert.match(
    headline,
    new RegExp(
      `^The creation of stack sound is under way ${since} and waits for Sound, Wait; nothing has failed yet\\.$`,
    ),
  );
  assert.match(basis?.[0] ?? '', /^That is how it was when the account was read, at /);
});

test('an image that is being copied is not there yet', async () => {
  const copy = { SourceImageId: world.imageId, SourceRegion: REGION, Name: 'copy' };
  const { ImageId: subject = '' } = await world.ec2.send(new CopyImageCommand(copy));
  const live = await world.server.ask<Explained>('explain', { subject });
  assert.match(live.headline, new RegExp(`^The creation of ${subject} is under way ${since}; `));
  const { headline } = await (await imported())(subject);
  // A copy has no time of its own in DescribeImages that is as exact.
  assert.deepEqual(headline.replace(/since \S+/, ''), live.headline.replace(/since \S+/, ''));
});

test('whether a start is a launch is not known without its volumes', async () => {
  const { credentials } = await world.user('half', allowing('*'), denying('ec2:DescribeVolumes'));
  const { symptom = '' } = await (await imported({ credentials }))('machine');
  const says =
    /i-\w+ is starting, and will be stopped, or terminated if it is being launched\. Not known: its volumes: ec2:DescribeVolumes was refused to \S+: \w+$/;
  assert.match(symptom, says);
});

test('what was refused to the reader, so that nobody knows whether it has failed', async () => {
  const unread = [
    'cloudformation:ListStackResources',
    'autoscaling:DescribeScalingActivities',
    'ec2:DescribeInstances',
    'ec2:DescribeVolumes',
  ];
  const { arn, credentials } = await world.user('reader', allowing('*'), denying(...unread));
  const explained = await imported({ credentials, sinceDays: 0 });
  const says = async (subject: string, ...open: readonly (readonly [what: string, operation: string])[]) => {
    const [headline = '', unknown] = (await explained(subject)).headline.split(' Not known: ');
    assert.match(headline, /^The creation of stack .*; nothing that was read has failed\.$/);
    const refused = open.map(([what, operation]) => `${what}: ${operation} was refused to ${arn}: \\w+`);
    const all = [...refused, 'what was refused for it: no CloudTrail record is recent enough'];
    assert.match(unknown ?? '', new RegExp(`^${all.join('; ')}\\.$`));
  };
  await says(
    'machine',
    ['the resources of stack machine', 'cloudformation:ListStackResources'],
    ['what became of i-\\w+', 'ec2:DescribeInstances'],
    ['what became of vol-\\w+', 'ec2:DescribeVolumes'],
  );
  await says(
    'group',
    ['the resources of stack group', 'cloudformation:ListStackResources'],
    ['the launches of Auto Scaling group group-Group-\\w+', 'autoscaling:DescribeScalingActivities'],
  );
  assert.match((await explained('machine')).basis?.[1] ?? '', /^CloudTrail: no records/);
});

test('what no reader looks at', async () => {
  const at = '2026-01-01T00:00:00.000Z';
  const reads = new Reads();
  const put = readInto(reads, { account: ACCOUNT, region: REGION, at });
  const StackId = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/mixed/11111111-2222-3333-4444-555555555555`;
  const StackStatus = 'CREATE_IN_PROGRESS';
  put('cloudformation:DescribeStacks', {
    Stacks: [{ StackId, StackName: 'mixed', CreationTime: at, StackStatus }],
  });
  const event = (LogicalResourceId: string, PhysicalResourceId: string, ResourceStatus: string) => ({
    ...{ StackId, StackName: 'mixed', EventId: LogicalResourceId, Timestamp: at },
    ...{ LogicalResourceId, PhysicalResourceId, ResourceStatus, ResourceType: 'Custom::Machine' },
  });
  const StackEvents = [
    event('Made', 'two', 'CREATE_COMPLETE'),
    event('Made', 'two', StackStatus),
    event('Machine', 'one', StackStatus),
    event('mixed', StackId, StackStatus),
  ];
  put('cloudformation:DescribeStackEvents', { StackEvents }, { StackName: StackId });
  const { questions } = await readAccountOf(reads);
  const { headline } = (await questions.explain?.({ subject: 'mixed' })) as Explained;
  assert.equal(
    headline,
    `The creation of stack mixed is under way since ${at} and waits for Machine; nothing that was read has failed. ` +
      'Not known: the resources of stack mixed: nobody has read it (cloudformation:ListStackResources); ' +
      'what became of Machine (one): nothing that was read shows it; what was refused for it: no CloudTrail record is recent enough.',
  );
});
