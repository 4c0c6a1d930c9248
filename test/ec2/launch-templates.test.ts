/** Launch templates: versions, their default and latest, and launches from them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateCommand,
  DeleteLaunchTemplateVersionsCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  type EC2Client,
  ModifyLaunchTemplateCommand,
  type RequestLaunchTemplateData,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ACCOUNT, REGION } from '../worlds/account.ts';
import { ec2World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const newTemplate = async (ec2: EC2Client, data: RequestLaunchTemplateData, LaunchTemplateName = 'web') =>
  (await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData: data })))
    .LaunchTemplate!.LaunchTemplateId!;

describe('versions', () => {
  test('are numbered, inherit from a source, and are found by number, $Latest and $Default', async (t) => {
    const { ec2 } = await ec2World(t);
    const LaunchTemplateId = await newTemplate(ec2, { InstanceType: 't3.micro', EbsOptimized: true });
    const next = (LaunchTemplateData: RequestLaunchTemplateData, SourceVersion?: string) =>
      ec2.send(
        new CreateLaunchTemplateVersionCommand({ LaunchTemplateId, LaunchTemplateData, SourceVersion }),
      );
    await next({ InstanceType: 't3.small' }, '1');
    await next({ InstanceType: 't3.large' });
    const versions = async (...Versions: string[]) =>
      (
        await ec2.send(new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions }))
      ).LaunchTemplateVersions!.map(({ VersionNumber, LaunchTemplateData: data, DefaultVersion }) => [
        VersionNumber,
        data!.InstanceType,
        data!.EbsOptimized,
        DefaultVersion,
      ]);
    assert.deepEqual(await versions(), [
      [3, 't3.large', undefined, false],
      [2, 't3.small', true, false],
      [1, 't3.micro', true, true],
    ]);
    assert.deepEqual(await versions('$Latest'), [[3, 't3.large', undefined, false]]);
    assert.deepEqual(await versions('$Default'), [[1, 't3.micro', true, true]]);

    await ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId, DefaultVersion: '2' }));
    assert.deepEqual(await versions('$Default'), [[2, 't3.small', true, true]]);
    assert.deepEqual(await refusal(versions('9')), {
      code: 'InvalidLaunchTemplateId.VersionNotFound',
      message: `Could not find the specified version 9 for the launch template with ID ${LaunchTemplateId}.`,
      status: 400,
    });
  });

  test('are deleted each for itself, the default one never, and their numbers do not come back', async (t) => {
    const { ec2 } = await ec2World(t);
    const LaunchTemplateId = await newTemplate(ec2, { InstanceType: 't3.micro' });
    const version = { LaunchTemplateId, LaunchTemplateData: { InstanceType: 't3.small' as const } };
    await ec2.send(new CreateLaunchTemplateVersionCommand(version));
    const remove = (...Versions: string[]) =>
      ec2.send(new DeleteLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions }));
    assert.equal((await refusal(remove('1'))).code, 'InvalidParameterValue');
    const result = await remove('2', '7');
    assert.deepEqual(
      result.SuccessfullyDeletedLaunchTemplateVersions!.map(({ VersionNumber }) => VersionNumber),
      [2],
    );
    assert.deepEqual(
      result.UnsuccessfullyDeletedLaunchTemplateVersions!.map((each) => [
        each.VersionNumber,
        each.ResponseError!.Code,
      ]),
      [[7, 'launchTemplateVersionDoesNotExist']],
    );
    const { LaunchTemplates: [left] = [] } = await ec2.send(new DescribeLaunchTemplatesCommand({}));
    assert.equal(left!.LatestVersionNumber, 1);
    const { LaunchTemplateVersion: third } = await ec2.send(new CreateLaunchTemplateVersionCommand(version));
    assert.equal(third!.VersionNumber, 3);
  });
});

describe('a template', () => {
  test('is named once, and told by id and by name', async (t) => {
    const { ec2 } = await ec2World(t);
    const id = await newTemplate(ec2, { InstanceType: 't3.micro' });
    assert.deepEqual(await refusal(newTemplate(ec2, { InstanceType: 't3.micro' })), {
      code: 'InvalidLaunchTemplateName.AlreadyExistsException',
      message: 'Launch template name already in use.',
      status: 400,
    });
    const describe = async (input: object) =>
      (await ec2.send(new DescribeLaunchTemplatesCommand(input))).LaunchTemplates!.map(
        (each) => each.LaunchTemplateId,
      );
    assert.deepEqual(await describe({ LaunchTemplateNames: ['web'] }), [id]);
    assert.deepEqual(await describe({ LaunchTemplateIds: [id] }), [id]);
    assert.equal(
      (await refusal(describe({ LaunchTemplateNames: ['nothing'] }))).code,
      'InvalidLaunchTemplateName.NotFoundException',
    );
    await ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateName: 'web' }));
    assert.equal(
      (await refusal(describe({ LaunchTemplateIds: [id] }))).code,
      'InvalidLaunchTemplateId.NotFound',
    );
    const gone = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: id });
    assert.equal((await refusal(ec2.send(gone))).code, 'InvalidLaunchTemplateId.NotFound');
  });
});

describe('a launch from a template', () => {
  test('takes what the request does not name, and encrypts as the template says', async (t) => {
    const world = await ec2World(t);
    const { ec2, server } = world;
    const key = await world.newKey();
    const LaunchTemplateId = await newTemplate(ec2, {
      ImageId: world.imageId,
      InstanceType: 't3.micro',
      UserData: Buffer.from('hello').toString('base64'),
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId: key, VolumeSize: 12 } },
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1 } },
      ],
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'from', Value: 'template' }] }],
    });
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        LaunchTemplate: { LaunchTemplateId },
        InstanceType: 't3.small',
        BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 3 } }],
        MinCount: 1,
        MaxCount: 1,
      }),
    );
    await server.settled();
    const instance = await world.instance(Instances![0]!.InstanceId!);
    assert.equal(instance.State!.Name, 'running');
    assert.equal(instance.InstanceType, 't3.small');
    assert.deepEqual(instance.Tags, [
      { Key: 'from', Value: 'template' },
      { Key: 'aws:ec2launchtemplate:id', Value: LaunchTemplateId },
      { Key: 'aws:ec2launchtemplate:version', Value: '1' },
    ]);
    const volumes = await Promise.all(
      instance.BlockDeviceMappings!.map(async ({ DeviceName, Ebs }) => {
        const volume = await world.volume(Ebs!.VolumeId!);
        return [DeviceName, volume!.Size, volume!.KmsKeyId];
      }),
    );
    assert.deepEqual(volumes, [
      ['/dev/sdf', 3, undefined],
      ['/dev/xvda', 12, key],
    ]);
  });

  test('can be made a condition, and so can leaving it as it is', async (t) => {
    const world = await ec2World(t);
    const LaunchTemplateId = await newTemplate(world.ec2, {
      ImageId: world.imageId,
      InstanceType: 't3.micro',
    });
    const arn = `arn:aws:ec2:${REGION}:${ACCOUNT}:launch-template/${LaunchTemplateId}`;
    const john = await world.user('john', {
      Effect: 'Allow',
      Action: 'ec2:RunInstances',
      Resource: '*',
      Condition: {
        ArnLike: { 'ec2:LaunchTemplate': arn },
        Bool: { 'ec2:IsLaunchTemplateResource': 'true' },
      },
    });
    const launch = (input: object) =>
      john.ec2.send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1, ...input }));
    await launch({ LaunchTemplate: { LaunchTemplateId } });
    const LaunchTemplate = { LaunchTemplateId };
    const refused = await Promise.all(
      [
        { LaunchTemplate, InstanceType: 't3.large' },
        { ImageId: world.imageId, InstanceType: 't3.micro' },
        {
          LaunchTemplate: {
            LaunchTemplateId: await newTemplate(world.ec2, { ImageId: world.imageId }, 'other'),
          },
        },
      ].map(async (input) => (await refusal(launch(input))).code),
    );
    assert.deepEqual(refused, ['UnauthorizedOperation', 'UnauthorizedOperation', 'UnauthorizedOperation']);
  });

  test('is refused where there is no such template or version', async (t) => {
    const world = await ec2World(t);
    await newTemplate(world.ec2, { ImageId: world.imageId });
    const launch = (LaunchTemplate: object) =>
      refusal(world.ec2.send(new RunInstancesCommand({ LaunchTemplate, MinCount: 1, MaxCount: 1 })));
    const codes = [
      await launch({ LaunchTemplateName: 'nothing' }),
      await launch({ LaunchTemplateId: 'lt-0123456789abcdef0' }),
      await launch({ LaunchTemplateId: 'web' }),
      await launch({ LaunchTemplateName: 'web', Version: '2' }),
      await launch({ Version: '2' }),
    ].map(({ code }) => code);
    assert.deepEqual(codes, [
      'InvalidLaunchTemplateName.NotFoundException',
      'InvalidLaunchTemplateId.NotFound',
      'InvalidLaunchTemplateId.Malformed',
      'InvalidLaunchTemplateId.VersionNotFound',
      'MissingParameter',
    ]);
  });
});
