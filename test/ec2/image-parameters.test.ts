/** Images named by a parameter of Parameter Store: launches, launch templates and groups resolve it with the reader's rights. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CreateLaunchConfigurationCommand } from '@aws-sdk/client-auto-scaling';
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DescribeLaunchTemplateVersionsCommand,
} from '@aws-sdk/client-ec2';
import { LabelParameterVersionCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ACCOUNT, allowing, REGION, statement } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { groupWorld } from '../worlds/groups.ts';
import { refusal } from '../worlds/server.ts';

const PUBLIC = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';

async function golden({ server, imageId }: World): Promise<void> {
  const ssm = server.client(SSMClient);
  const parameter = { Name: '/golden/ami', Type: 'String', DataType: 'aws:ec2:image' } as const;
  await ssm.send(new PutParameterCommand({ ...parameter, Value: imageId }));
  await ssm.send(new LabelParameterVersionCommand({ Name: '/golden/ami', Labels: ['prod'] }));
  await ssm.send(new PutParameterCommand({ Name: '/golden/text', Type: 'String', Value: imageId }));
}

describe('resolve:ssm', () => {
  test('stands for the image of a public parameter, of a version, of a label and of an ARN', async (t) => {
    const world = await ec2World(t);
    await golden(world);
    const arn = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/golden/ami`;
    for (const named of ['/golden/ami', '/golden/ami:1', '/golden/ami:prod', arn, `${arn}:1`]) {
      const id = await world.run({ ImageId: `resolve:ssm:${named}` });
      assert.equal((await world.instance(id)).ImageId, world.imageId, named);
    }
    assert.match((await world.instance(await world.run({ ImageId: PUBLIC }))).ImageId!, /^ami-/);
  });

  test('of what is not there, or holds no image, is refused in EC2’s words', async (t) => {
    const world = await ec2World(t);
    await golden(world);
    for (const named of ['/golden/none', '/golden/ami:7', '/golden/ami:beta']) {
      assert.deepEqual(await refusal(world.run({ ImageId: `resolve:ssm:${named}` })), {
        code: 'SsmInvalidParameter',
        message: `The following aliases are invalid: ${named}`,
        status: 400,
      });
    }
    const message = 'Unsupported data type. The following parameter data types are supported: aws:ec2:image';
    assert.equal((await refusal(world.run({ ImageId: 'resolve:ssm:/golden/text' }))).message, message);
    const LaunchTemplateData = { ImageId: 'resolve:ssm:/golden/text' };
    const template = new CreateLaunchTemplateCommand({ LaunchTemplateName: 'text', LaunchTemplateData });
    assert.equal((await refusal(world.ec2.send(template))).message, message);
  });

  test('takes the right to read the parameter, whose lack is explained', async (t) => {
    const world = await ec2World(t);
    await golden(world);
    const ann = await world.user('ann', allowing('ec2:*'));
    const denied = await refusal(world.run({ ImageId: 'resolve:ssm:/golden/ami' }, ann.ec2));
    assert.deepEqual([denied.code, denied.message], ['SsmAccessDenied', 'Access denied to SSM']);
    const [event] = await world.trail({ name: 'EventName', value: 'RunInstances' });
    const explained = await world.server.ask<{ text: string }>('explain', { subject: event!.eventID });
    assert.match(JSON.stringify(explained), /ssm:GetParameters/);

    const Resource = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/golden/*`;
    await world.allow('ann', 'read', statement('ssm:GetParameters', { Resource }));
    assert.match(await world.run({ ImageId: 'resolve:ssm:/golden/ami' }, ann.ec2), /^i-/);
    // AWS's own are read with the same right.
    assert.equal((await refusal(world.run({ ImageId: PUBLIC }, ann.ec2))).code, 'SsmAccessDenied');
  });

  test('stays in a launch template, and is shown resolved to who may read it', async (t) => {
    const world = await ec2World(t);
    await golden(world);
    const LaunchTemplateName = 'golden';
    const LaunchTemplateData = { ImageId: 'resolve:ssm:/golden/ami', InstanceType: 't3.micro' as const };
    const create = new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData });
    const ann = await world.user('ann', allowing('ec2:*'));
    assert.equal((await refusal(ann.ec2.send(create))).code, 'SsmAccessDenied');
    await world.ec2.send(create);
    const version = new CreateLaunchTemplateVersionCommand({ LaunchTemplateName, LaunchTemplateData });
    assert.equal((await refusal(ann.ec2.send(version))).code, 'SsmAccessDenied');

    const shown = async (ResolveAlias: boolean, client = world.ec2) =>
      (
        await client.send(
          new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName, Versions: ['1'], ResolveAlias }),
        )
      ).LaunchTemplateVersions![0]!.LaunchTemplateData!.ImageId;
    assert.equal(await shown(false, ann.ec2), 'resolve:ssm:/golden/ami');
    assert.equal(await shown(true), world.imageId);
    assert.equal((await refusal(shown(true, ann.ec2))).code, 'SsmAccessDenied');
    const id = await world.run({ LaunchTemplate: { LaunchTemplateName }, ImageId: undefined });
    assert.equal((await world.instance(id)).ImageId, world.imageId);
  });

  test('is resolved at each launch of a group; a launch configuration takes none', async (t) => {
    const world = await groupWorld(t, { delays: 0 });
    await golden(world);
    await world.newGroup(await world.newTemplate({ ImageId: 'resolve:ssm:/golden/ami' }));
    await world.server.settled();
    const [member] = (await world.group()).Instances!;
    assert.equal((await world.instance(member!.InstanceId!)).ImageId, world.imageId);
    const configuration = new CreateLaunchConfigurationCommand({
      LaunchConfigurationName: 'old',
      ImageId: 'resolve:ssm:/golden/ami',
      InstanceType: 't3.micro',
    });
    assert.equal(
      (await refusal(world.autoscaling.send(configuration))).message,
      'AMI resolve:ssm:/golden/ami is invalid: Invalid id: "resolve:ssm:/golden/ami" (expecting "ami-...")',
    );
  });
});

test('an image id that is unknown is refused as on AWS, and whoever runs the server hears of the nearest', async (t) => {
  const hints: string[] = [];
  const world = await ec2World(t, { onHint: (sentence) => hints.push(sentence) });
  const unknown = { ImageId: 'ami-0123456789abcdef0', InstanceType: 't4g.micro' as const };
  assert.equal(
    (await refusal(world.run(unknown))).message,
    "The image id '[ami-0123456789abcdef0]' does not exist",
  );
  await refusal(world.run(unknown));
  assert.equal(hints.length, 1);
  const [, image, parameter] = /nearest .* is (ami-\w+) .*(resolve:ssm:\S+arm64)/.exec(hints[0]!) ?? [];
  for (const ImageId of [image, parameter]) await world.run({ ...unknown, ImageId });
});
