/** Whose rights count: those of the group's maker for the group, and those of the service-linked role for its launches. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { CreateLaunchTemplateCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  DeleteServiceLinkedRoleCommand,
  GetRoleCommand,
  GetServiceLinkedRoleDeletionStatusCommand,
} from '@aws-sdk/client-iam';
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';

import { allowing, denying, memberAccount, policy, trust } from '../worlds/account.ts';
import { type GroupWorld, groupWorld, SERVICE_ROLE, SERVICE_SESSION } from '../worlds/groups.ts';
import { refusal } from '../worlds/server.ts';

const AutoScalingGroupName = 'web';
const ROLE_NAME = 'AWSServiceRoleForAutoScaling';
const MAKES_ROLE = allowing('iam:CreateServiceLinkedRole');

async function maker(world: GroupWorld, ...statements: object[]) {
  const { credentials } = await world.user('mary', ...statements);
  return world.server.client(AutoScalingClient, credentials);
}

const roleExists = (world: GroupWorld) =>
  world.iam.send(new GetRoleCommand({ RoleName: ROLE_NAME })).then(
    () => true,
    () => false,
  );

describe('the service-linked role', () => {
  test('is made with the first group, by whoever may make it', async (t) => {
    const world = await groupWorld(t);
    const client = await maker(world, allowing('autoscaling:*', 'ec2:RunInstances'));
    const template = await world.newTemplate();
    const refused = await refusal(world.newGroup(template, {}, client));
    assert.equal(refused.code, 'AccessDenied');
    assert.match(refused.message, /is not authorized to perform: iam:CreateServiceLinkedRole on resource: /);
    assert.equal(await roleExists(world), false);

    await world.allow('mary', 'more', MAKES_ROLE);
    await world.newGroup(template, {}, client);
    await world.server.settled();
    assert.equal(await roleExists(world), true);
    const [made] = await world
      .trail({ name: 'EventName', value: 'CreateServiceLinkedRole' })
      .then((all) => all.slice(-1));
    assert.equal(made!.userIdentity.userName, 'mary');
    assert.equal(made!.userIdentity.invokedBy, 'autoscaling.amazonaws.com');
  });

  test('launches, whatever the maker may; the trail tells its session', async (t) => {
    const world = await groupWorld(t);
    // To make a group takes ec2:RunInstances, by a dry run; nothing of it is used after.
    const client = await maker(world, allowing('autoscaling:*', 'ec2:RunInstances'), MAKES_ROLE);
    await world.newGroup(await world.newTemplate(), {}, client);
    await world.allow('mary', 'policy', denying('*'));
    await world.server.settled();
    assert.equal((await world.group()).Instances![0]?.LifecycleState, 'InService');
    const runs = await world.trail({ name: 'EventName', value: 'RunInstances' });
    assert.deepEqual(
      runs.map(({ userIdentity, errorCode, sourceIPAddress }) => [
        userIdentity.arn,
        errorCode,
        sourceIPAddress,
      ]),
      [
        ['arn:aws:iam::123456789012:user/mary', 'Client.DryRunOperation', 'autoscaling.amazonaws.com'],
        [SERVICE_SESSION, undefined, 'autoscaling.amazonaws.com'],
      ],
    );
    const { sessionContext } = runs[1]!.userIdentity as {
      sessionContext: { sessionIssuer: { arn: string } };
    };
    assert.equal(sessionContext.sessionIssuer.arn, SERVICE_ROLE);
    const [activity] = await world.activities();
    const instance = await world.instance((await world.group()).Instances![0]!.InstanceId!);
    assert.equal(instance.ClientToken, activity!.ActivityId);
  });

  test('is deleted only once no group uses it', async (t) => {
    const world = await groupWorld(t);
    await world.newGroup(await world.newTemplate(), { DesiredCapacity: 0 });
    const status = async () => {
      const { DeletionTaskId } = await world.iam.send(
        new DeleteServiceLinkedRoleCommand({ RoleName: ROLE_NAME }),
      );
      await world.server.settled();
      return world.iam.send(new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId }));
    };
    const { Status, Reason } = await status();
    assert.equal(Status, 'FAILED');
    assert.deepEqual(Reason, {
      Reason: `A service-linked role cannot be deleted while resources use it: ${ROLE_NAME}`,
      RoleUsageList: [{ Region: 'us-east-1', Resources: [(await world.group()).AutoScalingGroupARN] }],
    });
    await world.autoscaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName }));
    await world.server.settled();
    assert.equal((await status()).Status, 'SUCCEEDED');
    assert.equal(await roleExists(world), false);
  });

  test("of the maker's own choice must be passed, and exist", async (t) => {
    const world = await groupWorld(t);
    const client = await maker(world, allowing('autoscaling:*', 'ec2:RunInstances'));
    const template = await world.newTemplate();
    const ServiceLinkedRoleARN = `${SERVICE_ROLE}_mine`;
    const make = () => world.newGroup(template, { ServiceLinkedRoleARN }, client);
    assert.match((await refusal(make())).message, /is not authorized to perform: iam:PassRole on resource: /);
    await world.allow('mary', 'more', {
      ...allowing('iam:PassRole'),
      Condition: { StringEquals: { 'iam:PassedToService': 'autoscaling.amazonaws.com' } },
    });
    assert.equal((await refusal(make())).code, 'ServiceLinkedRoleFailure');
    await world.iam.send(
      new CreateServiceLinkedRoleCommand({
        AWSServiceName: 'autoscaling.amazonaws.com',
        CustomSuffix: 'mine',
      }),
    );
    await make();
    await world.server.settled();
    const [run] = (await world.trail({ name: 'EventName', value: 'RunInstances' })).slice(-1);
    assert.equal(run!.userIdentity.arn, SERVICE_SESSION.replace(ROLE_NAME, `${ROLE_NAME}_mine`));
  });

  test('is held by no policy of the organization, whatever holds everybody else in the account', async (t) => {
    const management = await groupWorld(t);
    const member = await memberAccount(management.server);
    const organizations = management.server.client(OrganizationsClient);
    const memberRoot = await management.server.root(member);
    const ec2 = management.server.client(EC2Client, memberRoot);
    const autoscaling = management.server.client(AutoScalingClient, memberRoot);
    const launch = { ImageId: management.imageId, InstanceType: 't3.micro' as const };
    const { LaunchTemplate } = await ec2.send(
      new CreateLaunchTemplateCommand({ LaunchTemplateName: 'plain', LaunchTemplateData: launch }),
    );
    await autoscaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName,
        LaunchTemplate: { LaunchTemplateId: LaunchTemplate!.LaunchTemplateId },
        MinSize: 0,
        MaxSize: 1,
        AvailabilityZones: ['us-east-1a'],
      }),
    );
    const { Roots } = await organizations.send(new ListRootsCommand({}));
    const rootId = Roots![0]!.Id!;
    for (const [Type, held] of [
      ['SERVICE_CONTROL_POLICY', denying('ec2:*')],
      ['RESOURCE_CONTROL_POLICY', { ...denying('sts:AssumeRole'), Principal: '*' }],
    ] as const) {
      await organizations
        .send(new EnablePolicyTypeCommand({ RootId: rootId, PolicyType: Type }))
        .catch(() => {});
      const { Policy } = await organizations.send(
        new CreatePolicyCommand({ Name: Type, Description: '', Type, Content: policy(held) }),
      );
      await organizations.send(
        new AttachPolicyCommand({ PolicyId: Policy!.PolicySummary!.Id, TargetId: member }),
      );
    }
    assert.equal(
      (await refusal(ec2.send(new RunInstancesCommand({ ...launch, MinCount: 1, MaxCount: 1 })))).code,
      'UnauthorizedOperation',
    );
    await autoscaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MinSize: 1 }));
    await management.server.settled();
    const { AutoScalingGroups } = await autoscaling.send(new DescribeAutoScalingGroupsCommand({}));
    assert.equal(AutoScalingGroups![0]!.Instances![0]?.LifecycleState, 'InService');
  });
});

describe('the maker of a group', () => {
  test('must be allowed the launch that the template describes', async (t) => {
    const world = await groupWorld(t);
    const client = await maker(world, allowing('autoscaling:*'), MAKES_ROLE);
    const template = await world.newTemplate();
    assert.deepEqual(await refusal(world.newGroup(template, {}, client)), {
      code: 'AccessDenied',
      message: `You are not authorized to use launch template: ${template}`,
      status: 403,
    });
    const strange = await refusal(world.newGroup('lt-0123456789abcdef0'));
    assert.equal(strange.code, 'ValidationError');
    assert.equal(
      strange.message,
      'You must use a valid fully-formed launch template. The specified launch template, with template ID lt-0123456789abcdef0, does not exist.',
    );
    await world.newGroup(template, { DesiredCapacity: 0 });
    const update = { AutoScalingGroupName, LaunchTemplate: { LaunchTemplateId: template } };
    const refused = await refusal(client.send(new UpdateAutoScalingGroupCommand(update)));
    assert.equal(refused.message, `You are not authorized to use launch template: ${template}`);
    // What does not touch the launch needs no such right.
    await client.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MaxSize: 2 }));
  });

  test('has a launch configuration with a role only by who may pass that role', async (t) => {
    const world = await groupWorld(t);
    const [InstanceProfileName, RoleName] = ['strong', 'strong'];
    const { InstanceProfile } = await world.iam.send(
      new CreateInstanceProfileCommand({ InstanceProfileName, Path: '/teams/' }),
    );
    const client = await maker(world, allowing('autoscaling:*'));
    const create = (LaunchConfigurationName: string, IamInstanceProfile: string | undefined) =>
      client.send(
        new CreateLaunchConfigurationCommand({
          ...{ LaunchConfigurationName, IamInstanceProfile },
          ...{ ImageId: world.imageId, InstanceType: 't3.micro' },
        }),
      );
    // A profile without a role gives none.
    await create('without', InstanceProfileName);
    const AssumeRolePolicyDocument = trust({ Service: 'ec2.amazonaws.com' });
    await world.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    await world.iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
    const named = [InstanceProfileName, InstanceProfile!.Arn] as const;
    for (const [index, profile] of named.entries()) {
      const { message } = await refusal(create(`with${index}`, profile));
      assert.match(message, /is not authorized to perform: iam:PassRole on resource: \S+:role\/strong /);
    }
    await world.allow('mary', 'more', {
      ...allowing('iam:PassRole'),
      Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    });
    for (const [index, profile] of named.entries()) await create(`with${index}`, profile);
  });

  test('is held by the keys of the Service Authorization Reference', async (t) => {
    const world = await groupWorld(t);
    const small = {
      ...allowing('autoscaling:CreateAutoScalingGroup'),
      Condition: { NumericLessThanEquals: { 'autoscaling:MaxSize': 2 } },
    };
    const tagged = {
      ...allowing('autoscaling:DeleteAutoScalingGroup'),
      Condition: { StringEquals: { 'autoscaling:ResourceTag/team': 'storage' } },
    };
    const client = await maker(world, small, tagged, allowing('ec2:RunInstances'), MAKES_ROLE);
    const template = await world.newTemplate();
    const refused = await refusal(world.newGroup(template, { MaxSize: 3 }, client));
    assert.match(
      refused.message,
      /is not authorized to perform: autoscaling:CreateAutoScalingGroup on resource: arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:\*:autoScalingGroupName\/web because no identity-based policy/,
    );
    await world.newGroup(template, { MaxSize: 2, DesiredCapacity: 0 }, client);
    const remove = () => client.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName }));
    assert.equal((await refusal(remove())).code, 'AccessDenied');
    await world.autoscaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName }));
    await world.server.settled();
    const Tags = [{ Key: 'team', Value: 'storage', PropagateAtLaunch: false }];
    await world.newGroup(template, { DesiredCapacity: 0, Tags });
    await remove();
  });

  const refused: Record<string, { input: object; message: RegExp }> = {
    'a maximum below the minimum': {
      input: { MinSize: 3, MaxSize: 2 },
      message: /^Max bound, 2, must be greater than or equal to min bound, 3$/,
    },
    'a capacity beyond the bounds': {
      input: { MaxSize: 2, DesiredCapacity: 3 },
      message: /^Desired capacity:3 must be between the specified min size:0 and max size:2$/,
    },
    'no zone': {
      input: { VPCZoneIdentifier: undefined },
      message: /^At least one Availability Zone or VPC Subnet is required\.$/,
    },
    'two sources': {
      input: { LaunchConfigurationName: 'x' },
      message: /^Valid requests must contain either LaunchTemplate,/,
    },
    'a target group': {
      input: { TargetGroupARNs: ['arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/x/1'] },
      message: /does not serve TargetGroupARNs/,
    },
    'a termination policy of Lambda': {
      input: { TerminationPolicies: ['arn:aws:lambda:us-east-1:123456789012:function:Choose:prod'] },
      message: /does not serve termination policies of Lambda/,
    },
    'an unknown termination policy': {
      input: { TerminationPolicies: ['Random'] },
      message: /^Following termination policies are not supported: \[Random\]/,
    },
    'pools of a strategy that has none': {
      input: {
        LaunchTemplate: undefined,
        MixedInstancesPolicy: {
          LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateName: 'template-1' } },
          InstancesDistribution: { SpotAllocationStrategy: 'capacity-optimized', SpotInstancePools: 2 },
        },
      },
      message: /^SpotInstancePools option is only available with the lowest-price allocation strategy\.$/,
    },
  };
  test('is refused what cannot be or is not served, by name', async (t) => {
    const world = await groupWorld(t);
    const template = await world.newTemplate();
    for (const [what, { input, message }] of Object.entries(refused)) {
      const refusedWith = await refusal(world.newGroup(template, input));
      assert.equal(refusedWith.code, 'ValidationError', what);
      assert.match(refusedWith.message, message, what);
    }
    await world.newGroup(template, { DesiredCapacity: 0 });
    assert.equal((await refusal(world.newGroup(template))).code, 'AlreadyExists');
  });

  test('may name instance types over the template: the first one is launched', async (t) => {
    const world = await groupWorld(t);
    const LaunchTemplateId = await world.newTemplate();
    await world.newGroup(LaunchTemplateId, {
      LaunchTemplate: undefined,
      MixedInstancesPolicy: {
        LaunchTemplate: {
          LaunchTemplateSpecification: { LaunchTemplateId, Version: '$Latest' },
          Overrides: [{ InstanceType: 't3.large' }, { InstanceType: 't3.small' }],
        },
      },
    });
    await world.server.settled();
    const group = await world.group();
    assert.equal(group.Instances![0]!.InstanceType, 't3.large');
    assert.equal(group.LaunchTemplate, undefined);
    assert.equal(
      group.MixedInstancesPolicy!.InstancesDistribution!.OnDemandAllocationStrategy,
      'prioritized',
    );
  });
});

test('a launch goes on after the server was stopped in the middle of it, and is made once', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-test-'));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const unfinished: (() => Promise<void>)[] = [];
  const before = await groupWorld(
    { after: (end) => void unfinished.push(end as () => Promise<void>) },
    { data, delays: 1 },
  );
  await before.newGroup(await before.newTemplate(), { DesiredCapacity: 2 });
  await before.server.advance(1100);
  const [activity] = await before.activities();
  assert.equal(activity!.StatusCode, 'PreInService');
  assert.deepEqual(
    (await before.group()).Instances!.map(({ LifecycleState }) => LifecycleState),
    ['Pending', 'Pending'],
  );
  for (const end of unfinished) await end();

  const world = await groupWorld(t, { data });
  await world.server.advance(10_000);
  assert.deepEqual(
    (await world.group()).Instances!.map(({ LifecycleState }) => LifecycleState),
    ['InService', 'InService'],
  );
  assert.deepEqual(
    (await world.activities()).map(({ StatusCode }) => StatusCode),
    ['Successful', 'Successful'],
  );
});

test('the first groups of an account, asked for at one time, share the role that one of them makes', async (t) => {
  const world = await groupWorld(t);
  const template = await world.newTemplate();
  const names = ['one', 'two', 'three', 'four', 'five', 'six'];
  await Promise.all(
    names.map((AutoScalingGroupName) =>
      world.newGroup(template, { AutoScalingGroupName, DesiredCapacity: 0 }),
    ),
  );
  for (const name of names) assert.equal((await world.group(name)).ServiceLinkedRoleARN, SERVICE_ROLE);
});
