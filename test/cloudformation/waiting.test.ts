/** What makes a stack wait: rolling updates and replacements of groups, signals, wait conditions. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import * as cf from '@aws-sdk/client-cloudformation';
import { imageOf } from '../worlds/ec2.ts';
import type { TestServer } from '../worlds/server.ts';
import { type Stacks, shareStacks } from '../worlds/stacks.ts';

let server: TestServer;
let stacks: Stacks;
let imageId: string;
shareStacks(async (world) => {
  ({ server, stacks } = world);
  imageId = await imageOf(server);
});

const template = (InstanceType: string, more: object, sizes: object = { MinSize: 2, MaxSize: 3 }) => ({
  Resources: {
    Template: {
      Type: 'AWS::EC2::LaunchTemplate',
      Properties: { LaunchTemplateData: { ImageId: imageId, InstanceType } },
    },
    Group: {
      Type: 'AWS::AutoScaling::AutoScalingGroup',
      Properties: {
        AvailabilityZones: ['us-east-1a'],
        LaunchTemplate: {
          LaunchTemplateId: { Ref: 'Template' },
          Version: { 'Fn::GetAtt': ['Template', 'LatestVersionNumber'] },
        },
        ...sizes,
      },
      ...more,
    },
  },
});

async function membersOf(name: string) {
  const { AutoScalingGroups: [group] = [] } = await server.client(AutoScalingClient).send(
    new DescribeAutoScalingGroupsCommand({
      AutoScalingGroupNames: [await stacks.physicalId(name, 'Group')],
    }),
  );
  return {
    versions: group?.Instances?.map(({ LaunchTemplate }) => LaunchTemplate?.Version),
    sizes: [group?.MinSize, group?.DesiredCapacity],
  };
}

const signal = (StackName: string, UniqueId: string, Status: 'SUCCESS' | 'FAILURE') =>
  stacks.client.send(
    new cf.SignalResourceCommand({ StackName, LogicalResourceId: 'Group', UniqueId, Status }),
  );

/** Waits for an event, and gives the events so far. */
async function until(name: string, words: RegExp): Promise<string[]> {
  for (let tries = 0; tries < 200; tries++) {
    const story = await stacks.story(name);
    if (story.some((event) => words.test(event))) return story;
    await server.settled();
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error((await stacks.story(name)).join('\n'));
}

const rolling = (policy: object) => ({ UpdatePolicy: { AutoScalingRollingUpdate: policy } });

describe('a rolling update', () => {
  test('replaces what no longer matches in batches, and keeps so many in service', async () => {
    const more = rolling({ MaxBatchSize: 1, MinInstancesInService: '2' });
    await stacks.create('rolled', template('t3.micro', more));
    const stack = await stacks.update('rolled', template('t3.small', more));
    const story = await stacks.story('rolled');
    assert.equal(stack.StackStatus, 'UPDATE_COMPLETE', story.join('\n'));
    assert.deepEqual(await membersOf('rolled'), { versions: ['2', '2'], sizes: [2, 2] });
    const told = story
      .filter((event) => /^UPDATE_IN_PROGRESS Group: /.test(event))
      .map((event) => event.slice(26));
    assert.deepEqual(
      told.map((event) => event.replaceAll(/i-\w+/g, 'i')),
      [
        'Rolling update initiated. Terminating 2 obsolete instance(s) in batches of 1, while keeping at least 2 instance(s) in service.',
        'Temporarily setting autoscaling group MinSize and DesiredCapacity to 3.',
        'Terminating instance(s) [i]; replacing with 1 new instance(s).',
        'Successfully terminated instance(s) [i] (Progress 50%).',
        'Terminating instance(s) [i]; replacing with 1 new instance(s).',
      ],
    );
  });

  test('of batches of nobody, of more than AWS takes or of no number fails, and is rolled back', async () => {
    await stacks.create('odd', template('t3.micro', {}));
    for (const [at, MaxBatchSize] of [0, -1, '1.5', 101, 'many', { a: 1 }].entries()) {
      const { StackStatus } = await stacks.update('odd', template('t3.small', rolling({ MaxBatchSize })));
      assert.equal(StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
      const refusals = (await stacks.story('odd')).filter((event) =>
        /^UPDATE_FAILED Group: MaxBatchSize must be an integer from 1 to 100/.test(event),
      );
      assert.equal(refusals.length, at + 1);
    }
    assert.deepEqual((await membersOf('odd')).versions, ['1', '1']);
  });

  test('leaves instances alone where nothing of them changes, and without the policy', async () => {
    await stacks.create('plain', template('t3.micro', {}));
    await stacks.update('plain', template('t3.small', {}));
    assert.deepEqual((await membersOf('plain')).versions, ['1', '1']);
  });

  test('waits for signals of the new instances, and goes back when one fails', async () => {
    const more = rolling({ WaitOnResourceSignals: true, PauseTime: 'PT10M', MaxBatchSize: 2 });
    const sizes = { MinSize: 1, MaxSize: 2 };
    await stacks.create('signalled', template('t3.micro', more, sizes));
    const update = (type: string) =>
      stacks.client.send(
        new cf.UpdateStackCommand({
          StackName: 'signalled',
          TemplateBody: JSON.stringify(template(type, more, sizes)),
        }),
      );
    await update('t3.small');
    await until('signalled', /replacing with 1 new/);
    await signal('signalled', 'i-1', 'SUCCESS');
    assert.equal((await stacks.settled('signalled')).StackStatus, 'UPDATE_COMPLETE');
    assert.match(
      (await stacks.story('signalled')).join('\n'),
      /Terminating 1 obsolete instance\(s\) in batches of 1, while keeping at least 0 instance\(s\) in service\. Waiting/,
    );

    const replacements = async () =>
      (await stacks.story('signalled')).filter((event) => /replacing/.test(event)).length;
    const untilMoreThan = async (before: number) => {
      while ((await replacements()) <= before) await server.settled();
    };
    const before = await replacements();
    await update('t3.medium');
    await untilMoreThan(before);
    await signal('signalled', 'i-2', 'FAILURE');
    const story = await until('signalled', /UPDATE_FAILED Group/);
    assert.ok(
      story.includes(
        'UPDATE_FAILED Group: Received 1 FAILURE signal(s) out of 1. Unable to satisfy 100% MinSuccessfulInstancesPercent requirement',
      ),
      story.join('\n'),
    );
    // The rollback is a rolling update, too, to what stood before.
    await untilMoreThan(before + 1);
    await signal('signalled', 'i-3', 'SUCCESS');
    assert.equal((await stacks.settled('signalled')).StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
    assert.deepEqual(await membersOf('signalled'), { versions: ['2'], sizes: [1, 1] });
  });
});

test('a rolling update that is cancelled gives the group its sizes and processes back', async () => {
  const more = rolling({ MinInstancesInService: 2, SuspendProcesses: ['AZRebalance'], PauseTime: 'PT10M' });
  await stacks.create('given-up', template('t3.micro', more));
  const TemplateBody = JSON.stringify(template('t3.small', more));
  await stacks.client.send(new cf.UpdateStackCommand({ StackName: 'given-up', TemplateBody }));
  await until('given-up', /replacing with 1 new/);
  await stacks.client.send(new cf.CancelUpdateStackCommand({ StackName: 'given-up' }));
  const story = await until('given-up', /UPDATE_ROLLBACK_IN_PROGRESS/);
  assert.ok(story.includes('UPDATE_FAILED Group: Resource update cancelled'), story.join('\n'));
  // After each of its batches the rollback waits, too.
  const isOver = async () => (await stacks.story('given-up')).includes('UPDATE_ROLLBACK_COMPLETE given-up');
  for (let hours = 0; hours < 24 && !(await isOver()); hours++) await server.advance(3_600_000);
  assert.equal((await stacks.settled('given-up')).StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
  const { AutoScalingGroups: [group] = [] } = await server.client(AutoScalingClient).send(
    new DescribeAutoScalingGroupsCommand({
      AutoScalingGroupNames: [await stacks.physicalId('given-up', 'Group')],
    }),
  );
  assert.deepEqual(group?.SuspendedProcesses, []);
  assert.deepEqual(await membersOf('given-up'), { versions: ['1', '1'], sizes: [2, 2] });
});

test('a replacing update makes another group, which has to succeed before the old one goes', async () => {
  const more = {
    CreationPolicy: {
      ResourceSignal: { Count: '2', Timeout: 'PT15M' },
      AutoScalingCreationPolicy: { MinSuccessfulInstancesPercent: 50 },
    },
    UpdatePolicy: { AutoScalingReplacingUpdate: { WillReplace: 'true' } },
  };
  await stacks.client.send(
    new cf.CreateStackCommand({
      StackName: 'swap',
      TemplateBody: JSON.stringify(template('t3.micro', more)),
    }),
  );
  await until('swap', /Group: Resource creation Initiated/);
  await signal('swap', 'i-1', 'SUCCESS');
  await server.advance(2000);
  assert.equal((await stacks.settled('swap')).StackStatus, 'CREATE_COMPLETE');
  const old = await stacks.physicalId('swap', 'Group');
  await stacks.client.send(
    new cf.UpdateStackCommand({
      StackName: 'swap',
      TemplateBody: JSON.stringify(template('t3.small', more)),
    }),
  );
  await until('swap', /UPDATE_IN_PROGRESS Group: Resource creation Initiated/);
  await signal('swap', 'i-2', 'SUCCESS');
  await server.advance(2000);
  const stack = await stacks.settled('swap');
  assert.equal(stack.StackStatus, 'UPDATE_COMPLETE', (await stacks.story('swap')).join('\n'));
  assert.notEqual(await stacks.physicalId('swap', 'Group'), old);
  assert.ok((await stacks.story('swap')).includes('DELETE_COMPLETE Group'));
});

describe('a wait condition', () => {
  const waiting = {
    Resources: {
      Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
      Condition: {
        Type: 'AWS::CloudFormation::WaitCondition',
        Properties: { Handle: { Ref: 'Handle' }, Timeout: '60', Count: 2 },
      },
    },
    Outputs: { Data: { Value: { 'Fn::GetAtt': ['Condition', 'Data'] } } },
  };
  const begin = async (StackName: string) => {
    await stacks.client.send(
      new cf.CreateStackCommand({
        StackName,
        TemplateBody: JSON.stringify(waiting),
        OnFailure: 'DO_NOTHING',
      }),
    );
    await until(StackName, /Condition: Resource creation Initiated/);
    return stacks.physicalId(StackName, 'Handle');
  };
  const put = (url: string, body: object, method = 'PUT') =>
    fetch(url, { method, body: JSON.stringify(body) }).then(({ status }) => status);

  test('is complete once its handle has the signals, and hands on what came with them', async () => {
    const url = await begin('waited');
    assert.equal(await put(url, { Status: 'SUCCESS', UniqueId: 'a', Data: 'one' }), 200);
    assert.equal(await put(url, { Status: 'SUCCESS', UniqueId: 'a', Data: 'one again' }), 200);
    assert.equal(await put(`${url}x`, { Status: 'SUCCESS', UniqueId: 'b' }), 403);
    assert.equal(await put(url, { Status: 'PERHAPS', UniqueId: 'b' }), 400);
    assert.equal(await put(url, { Status: 'SUCCESS', UniqueId: 'b' }, 'POST'), 405);
    assert.equal(await put(url, { Status: 'SUCCESS', UniqueId: 'b', Reason: 'done' }), 200);
    const { StackStatus, Outputs } = await stacks.settled('waited');
    assert.equal(StackStatus, 'CREATE_COMPLETE');
    assert.deepEqual(JSON.parse(Outputs?.[0]?.OutputValue ?? ''), { a: 'one again', b: '' });
  });

  test('has a handle that keeps no more signals than one record can hold', async () => {
    await stacks.create('flooded', { Resources: { Handle: waiting.Resources.Handle } });
    const url = await stacks.physicalId('flooded', 'Handle');
    const Data = 'x'.repeat(16_000);
    const send = (UniqueId: string, more: object = { Data }) =>
      put(url, { Status: 'SUCCESS', UniqueId, ...more });
    let kept = 0;
    while (kept < 100 && (await send(`s${kept}`)) === 200) kept++;
    assert.ok(kept > 20 && kept < 100, `${kept} signals were kept`);
    assert.equal(await send('another'), 400);
    assert.equal(await send('s0', {}), 200);
    assert.equal(await send('another'), 200);
  });

  test('keeps its stack under way since the stack was begun, however late it was begun itself', async () => {
    const Condition = (n: number) => ({
      ...waiting.Resources.Condition,
      Properties: { Handle: { Ref: `Handle${n}` }, Timeout: '3600' },
      ...(n === 2 && { DependsOn: 'Condition1' }),
    });
    const Handle = { Type: 'AWS::CloudFormation::WaitConditionHandle' };
    const Metadata = { Zones: { 'Fn::GetAZs': '' }, Of: { Ref: 'Handle2' } };
    const Resources = {
      Handle1: { ...Handle, Metadata },
      Handle2: Handle,
      Condition1: Condition(1),
      Condition2: Condition(2),
    };
    const StackName = 'slow';
    const TemplateBody = JSON.stringify({ Resources });
    await stacks.client.send(new cf.CreateStackCommand({ StackName, TemplateBody }));
    await until(StackName, /Condition1: Resource creation Initiated/);
    const { StackResourceDetail: detail } = await stacks.client.send(
      new cf.DescribeStackResourceCommand({ StackName, LogicalResourceId: 'Handle1' }),
    );
    // As it is written, since EC2 is not asked for zones here.
    assert.deepEqual(JSON.parse(detail?.Metadata ?? ''), Metadata);
    await server.advance(1_800_000);
    assert.equal(
      await put(await stacks.physicalId(StackName, 'Handle1'), { Status: 'SUCCESS', UniqueId: 'a' }),
      200,
    );
    await until(StackName, /Condition2: Resource creation Initiated/);
    const { Stacks: [stack] = [] } = await stacks.client.send(new cf.DescribeStacksCommand({ StackName }));
    const { headline } = await server.ask<{ headline: string }>('explain', { subject: StackName });
    assert.equal(
      headline,
      `The creation of stack slow is under way since ${stack?.CreationTime?.toISOString()} and waits for Condition2; nothing has failed yet.`,
    );
    assert.equal(
      await put(await stacks.physicalId(StackName, 'Handle2'), { Status: 'SUCCESS', UniqueId: 'a' }),
      200,
    );
    assert.equal((await stacks.settled(StackName)).StackStatus, 'CREATE_COMPLETE');
  });

  test('fails when its time is over, or a signal says so', async () => {
    await begin('late');
    await server.advance(61_000);
    assert.equal((await stacks.settled('late')).StackStatus, 'CREATE_FAILED');
    assert.ok(
      (await stacks.story('late')).includes(
        'CREATE_FAILED Condition: WaitCondition timed out. Received 0 conditions when expecting 2',
      ),
    );
    await put(await begin('failing'), { Status: 'FAILURE', UniqueId: 'a', Reason: 'no disk' });
    await stacks.settled('failing');
    assert.ok(
      (await stacks.story('failing')).includes(
        "CREATE_FAILED Condition: WaitCondition received failed message: 'no disk' for uniqueId: a",
      ),
    );
  });
});
