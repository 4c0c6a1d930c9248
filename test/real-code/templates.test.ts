/**
 * Templates of the kinds that people have: each is deployed, updated without a change, and deleted, and leaves nothing
 * behind that it would not leave on AWS.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as cf from '@aws-sdk/client-cloudformation';
import { DescribeImagesCommand, DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';
import { type Stacks, stacksOf } from '../worlds/stacks.ts';

const FILES = ['templates/', '../../examples/cloudformation/']
  .map((folder) => new URL(folder, import.meta.url))
  .flatMap((folder) => readdirSync(folder).map((name) => new URL(name, folder)));

let server: TestServer;
let stacks: Stacks;
let imageId: string;
before(async () => {
  server = await startServerFor(undefined);
  stacks = stacksOf(server);
  const { Images: [image] = [] } = await server.client(EC2Client).send(
    new DescribeImagesCommand({
      Owners: ['amazon'],
      Filters: [
        { Name: 'architecture', Values: ['x86_64'] },
        { Name: 'root-device-name', Values: ['/dev/xvda'] },
      ],
    }),
  );
  imageId = image?.ImageId as string;
});
after(() => server.close());

describe('a template of the kind that people have', () => {
  for (const file of FILES) {
    const name = basename(file.pathname, extname(file.pathname));
    test(name, async () => {
      const body = readFileSync(file, 'utf8');
      const { Parameters = [] } = await stacks.client.send(
        new cf.ValidateTemplateCommand({ TemplateBody: body }),
      );
      const more = {
        Capabilities: ['CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] as cf.Capability[],
        Parameters: Parameters.some(({ ParameterKey }) => ParameterKey === 'ImageId')
          ? [{ ParameterKey: 'ImageId', ParameterValue: imageId }]
          : [],
      };
      const made = await stacks.create(name, body, more);
      assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.story(name)).join('\n'));
      const { code, message } = await refusal(stacks.update(name, body, more));
      assert.deepEqual([code, message], ['ValidationError', 'No updates are to be performed.']);
      const gone = await stacks.remove(name);
      assert.equal(
        gone.StackStatus,
        'DELETE_COMPLETE',
        (await stacks.story(gone.StackId as string)).join('\n'),
      );
    });
  }
});

test('with --any-image, an image id of AWS’s stands for an image of ours of the type’s architecture', async (t) => {
  const lenient = await startServerFor(t, { anyImage: true });
  const launched = (InstanceType: string, ImageId: unknown = { Ref: 'Image' }) => ({
    Type: 'AWS::EC2::Instance',
    Properties: { ImageId, InstanceType },
  });
  const template = {
    Parameters: {
      Image: { Type: 'AWS::EC2::Image::Id', Default: 'ami-0abcdef1234567890' },
      Old: {
        Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
        Default: '/aws/service/ami-amazon-linux-latest/amzn-ami-hvm-x86_64-gp2',
      },
    },
    Resources: {
      Intel: launched('t3.micro'),
      Arm: launched('t4g.micro'),
      Placeholder: launched('t3.micro', 'ami-1234'),
      Retired: launched('t3.micro', { Ref: 'Old' }),
    },
  };
  const stack = await stacksOf(lenient).create('any', template);
  assert.equal(stack.StackStatus, 'CREATE_COMPLETE');
  const { Parameter: nearest } = await lenient.client(SSMClient).send(
    new GetParameterCommand({
      Name: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
    }),
  );
  const { Reservations = [] } = await lenient.client(EC2Client).send(new DescribeInstancesCommand({}));
  assert.deepEqual(
    Reservations.flatMap(({ Instances = [] }) => Instances)
      .map(({ Architecture, ImageId }) => `${Architecture} ${ImageId}`)
      .sort(),
    [
      'arm64 ami-0abcdef1234567890',
      'x86_64 ami-0abcdef1234567890',
      `x86_64 ${nearest?.Value}`,
      'x86_64 ami-1234',
    ].sort(),
  );
  const { message } = await refusal(stacks.create('none', template));
  assert.match(message, /Unable to fetch parameters \[.*amzn-ami-hvm-x86_64-gp2\]/);
});
