/** What a change set says of the changes it would make, as AWS was recorded to say it, and what stacks say of operations. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as cf from '@aws-sdk/client-cloudformation';
import { userWith } from '../worlds/account.ts';
import { refusal, type TestServer } from '../worlds/server.ts';
import { type Stacks, shareStacks } from '../worlds/stacks.ts';

let server: TestServer;
let stacks: Stacks;
shareStacks((world) => {
  ({ server, stacks } = world);
});

const given = (values: Record<string, string>) =>
  Object.entries(values).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));

/** The changes that an update would make. */
async function changesOf(
  StackName: string,
  template: object,
  values: Record<string, string> = {},
  IncludePropertyValues = false,
) {
  await stacks.client.send(
    new cf.CreateChangeSetCommand({
      StackName,
      ChangeSetName: 'look',
      TemplateBody: JSON.stringify(template),
      Parameters: given(values),
    }),
  );
  const { Changes = [] } = await stacks.client.send(
    new cf.DescribeChangeSetCommand({ StackName, ChangeSetName: 'look', IncludePropertyValues }),
  );
  await stacks.client.send(new cf.DeleteChangeSetCommand({ StackName, ChangeSetName: 'look' }));
  return Changes.map(({ ResourceChange }) => ResourceChange as cf.ResourceChange);
}

const group = (Properties: object) => ({ Type: 'AWS::Logs::LogGroup', Properties });
const launchTemplate = (InstanceType: string) => ({
  Type: 'AWS::EC2::LaunchTemplate',
  Properties: { LaunchTemplateData: { InstanceType, ImageId: 'resolve:none' } },
});
const vpc = (CidrBlock: string) => ({ Type: 'AWS::EC2::VPC', Properties: { CidrBlock } });
const firewall = (Description: unknown) => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { GroupDescription: 'g', VpcId: { Ref: 'Vpc' }, Tags: [{ Key: 'd', Value: Description }] },
});

describe('a change set says', () => {
  test('which parameter a value comes from, and that the value is another by it', async () => {
    const template = (name: string) => ({
      Parameters: { N: { Type: 'Number', Default: '1' } },
      Resources: { G: group({ RetentionInDays: { Ref: 'N' }, LogGroupName: name }) },
    });
    await stacks.create('p', template('/a'));
    const [inPlace] = await changesOf('p', template('/a'), { N: '5' });
    const Target = { Attribute: 'Properties', Name: 'RetentionInDays', RequiresRecreation: 'Never' };
    assert.deepEqual(inPlace?.Details, [
      { Target, Evaluation: 'Static', ChangeSource: 'ParameterReference', CausingEntity: 'N' },
      { Target, Evaluation: 'Dynamic', ChangeSource: 'DirectModification' },
    ]);
    assert.equal(inPlace?.PolicyAction, undefined);
    const [replaced] = await changesOf('p', template('/b'), { N: '5' });
    assert.deepEqual(
      [replaced?.Replacement, replaced?.PolicyAction, replaced?.Details?.map((each) => each.Target?.Name)],
      ['True', 'ReplaceAndDelete', ['LogGroupName', 'RetentionInDays', 'RetentionInDays']],
    );
  });

  test('that a value is another for certain where its text is, whatever else it comes from', async () => {
    const template = (text: string) => ({
      Parameters: { P: { Type: 'String', Default: 'p' } },
      Resources: { Vpc: vpc('10.0.0.0/16'), Firewall: firewall({ 'Fn::Join': [text, ['a', { Ref: 'P' }]] }) },
    });
    await stacks.create('t', template('-'));
    const evaluations = async (text: string, values: Record<string, string>) => {
      const [change] = await changesOf('t', template(text), values);
      return change?.Details?.map((each) => `${each.ChangeSource} ${each.Evaluation}`);
    };
    const [byParameter, byText] = ['ParameterReference Static', 'DirectModification Static'];
    assert.deepEqual(await evaluations('-', { P: 'q' }), [byParameter, 'DirectModification Dynamic']);
    assert.deepEqual(await evaluations('+', { P: 'q' }), [byParameter, byText]);
    assert.deepEqual(await evaluations('+', {}), [byText]);
  });

  test('that what refers to a replaced resource is replaced for certain', async () => {
    const template = (block: string) => ({ Resources: { Vpc: vpc(block), Firewall: firewall('x') } });
    await stacks.create('r', template('10.0.0.0/16'));
    const changes = await changesOf('r', template('10.1.0.0/16'));
    const { Replacement, Details } = changes.find(({ LogicalResourceId: id }) => id === 'Firewall') ?? {};
    assert.equal(Replacement, 'True');
    assert.deepEqual(Details, [
      {
        Target: { Attribute: 'Properties', Name: 'VpcId', RequiresRecreation: 'Always' },
        Evaluation: 'Static',
        ChangeSource: 'ResourceReference',
        CausingEntity: 'Vpc',
      },
    ]);
  });

  test('what may change with an attribute of a resource that is changed in place', async () => {
    const template = (type: string) => ({
      Resources: {
        Template: launchTemplate(type),
        G: group({ Tags: [{ Key: 'v', Value: { 'Fn::GetAtt': ['Template', 'LatestVersionNumber'] } }] }),
      },
    });
    await stacks.create('a', template('t3.micro'));
    const changes = await changesOf('a', template('t3.small'));
    assert.deepEqual(changes.find(({ LogicalResourceId: id }) => id === 'G')?.Details, [
      {
        Target: { Attribute: 'Tags', RequiresRecreation: 'Never' },
        Evaluation: 'Dynamic',
        ChangeSource: 'ResourceAttribute',
        CausingEntity: 'Template.LatestVersionNumber',
      },
    ]);
  });

  test('the values before and after, where they are asked for, but none that NoEcho hides', async () => {
    const template = (name: string) => ({
      Parameters: { Secret: { Type: 'String', NoEcho: true, Default: 'hush' } },
      Resources: { G: { ...group({ LogGroupName: name }), Metadata: { Of: { Ref: 'Secret' } } } },
    });
    await stacks.create('v', template('/one'));
    const [change] = await changesOf('v', template('/two'), { Secret: 'hush-hush' }, true);
    assert.deepEqual(JSON.parse(change?.BeforeContext ?? ''), {
      Properties: { LogGroupName: '/one' },
      Metadata: { Of: '****' },
    });
    assert.deepEqual(change?.Details?.find((each) => each.Target?.Name === 'LogGroupName')?.Target, {
      Attribute: 'Properties',
      Name: 'LogGroupName',
      RequiresRecreation: 'Always',
      Path: '/Properties/LogGroupName',
      BeforeValue: '/one',
      AfterValue: '/two',
      AttributeChangeType: 'Modify',
    });
    assert.deepEqual(change?.Scope, ['Metadata', 'Properties']);
  });
});

test('a policy knows a change set by its name, whether a request has its name or its ARN', async () => {
  const StackName = 'policed';
  await stacks.create(StackName, { Resources: { Group: group({ LogGroupName: '/policed' }) } });
  const Resources = { Group: group({ LogGroupName: '/policed', RetentionInDays: 5 }) };
  const ids: string[] = [];
  for (const ChangeSetName of ['theirs', 'others']) {
    const asked = { StackName, ChangeSetName, TemplateBody: JSON.stringify({ Resources }) };
    ids.push((await stacks.client.send(new cf.CreateChangeSetCommand(asked))).Id!);
  }
  const client = server.client(
    cf.CloudFormationClient,
    await userWith(server, 'describer', {
      ...{ Effect: 'Allow', Action: 'cloudformation:DescribeChangeSet', Resource: '*' },
      Condition: { StringEquals: { 'cloudformation:ChangeSetName': 'theirs' } },
    }),
  );
  const describeSet = (input: cf.DescribeChangeSetCommandInput) =>
    client.send(new cf.DescribeChangeSetCommand(input));
  const [own, other] = ids;
  assert.equal((await describeSet({ ChangeSetName: own })).ChangeSetName, 'theirs');
  assert.equal((await describeSet({ ChangeSetName: 'theirs', StackName })).ChangeSetId, own);
  for (const asked of [{ ChangeSetName: other }, { ChangeSetName: 'others', StackName }])
    assert.equal((await refusal(describeSet(asked))).code, 'AccessDenied');
});

describe('an executed change set', () => {
  const template = (days: number) => JSON.stringify({ Resources: { G: group({ RetentionInDays: days }) } });
  const run = async (days: number, ChangeSetType: cf.ChangeSetType) => {
    const asked = { StackName: 'piped', ChangeSetName: 'pipeline' };
    const { Id } = await stacks.client.send(
      new cf.CreateChangeSetCommand({ ...asked, ChangeSetType, TemplateBody: template(days) }),
    );
    await stacks.client.send(new cf.ExecuteChangeSetCommand(asked));
    const stack = await stacks.settled('piped');
    return { Id, stack };
  };

  test('frees its name, is found by its ARN, and is the stack’s until a direct update', async () => {
    await run(1, 'CREATE');
    const { Id, stack } = await run(3, 'UPDATE');
    assert.deepEqual([stack.StackStatus, stack.ChangeSetId], ['UPDATE_COMPLETE', Id]);
    const { ExecutionStatus } = await stacks.client.send(
      new cf.DescribeChangeSetCommand({ ChangeSetName: Id as string }),
    );
    assert.equal(ExecutionStatus, 'EXECUTE_COMPLETE');
    const updated = await stacks.update('piped', template(5));
    assert.equal(updated.ChangeSetId, undefined);
    const { code, message } = await refusal(run(7, 'CREATE'));
    assert.deepEqual(
      [code, message],
      [
        'ValidationError',
        'Stack [piped] already exists and cannot be created again with the changeSet [pipeline].',
      ],
    );
  });
});

describe('operations', () => {
  const days = (RetentionInDays: number) => JSON.stringify({ Resources: { G: group({ RetentionInDays }) } });

  test('have ids that lead from a call to its events', async () => {
    const { OperationId: created } = await stacks.client.send(
      new cf.CreateStackCommand({
        StackName: 'ops',
        TemplateBody: days(1),
        DeploymentConfig: { Mode: 'STANDARD' },
      }),
    );
    await stacks.settled('ops');
    const { OperationId: updated } = await stacks.client.send(
      new cf.UpdateStackCommand({ StackName: 'ops', TemplateBody: days(2) }),
    );
    const stack = await stacks.settled('ops');
    assert.equal(stack.StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
    assert.notEqual(created, updated);
    const { OperationEvents = [] } = await stacks.client.send(
      new cf.DescribeEventsCommand({
        StackName: 'ops',
        OperationId: updated,
        Filters: { FailedEvents: true },
      }),
    );
    assert.deepEqual(
      OperationEvents.map(({ EventType, OperationType, LogicalResourceId, ResourceStatus }) => [
        EventType,
        OperationType,
        LogicalResourceId,
        ResourceStatus,
      ]),
      [['PROVISIONING_ERROR', 'UPDATE_STACK', 'G', 'UPDATE_FAILED']],
    );
    const direct = await stacks.update('ops', days(3));
    assert.deepEqual(
      direct.LastOperations?.map(({ OperationType }) => OperationType),
      ['UPDATE_STACK'],
    );
  });

  test('that are not standard are refused by name', async () => {
    const { message } = await refusal(stacks.create('x', days(1), { DeploymentConfig: { Mode: 'EXPRESS' } }));
    assert.match(message, /does not serve DeploymentConfig.Mode EXPRESS/);
  });
});

test('an import of an unknown export fails the stack without an event of the resource', async () => {
  const template = (name: string) => ({
    Resources: {
      G: group({ LogGroupName: name }),
      H: group({ LogGroupName: { 'Fn::ImportValue': 'nowhere' } }),
    },
  });
  const stack = await stacks.create('importer', template('/i'));
  assert.equal(stack.StackStatus, 'ROLLBACK_COMPLETE');
  const story = await stacks.story('importer');
  assert.ok(
    story.includes(
      'ROLLBACK_IN_PROGRESS importer: No export named nowhere found. Rollback requested by user.',
    ),
    story.join('\n'),
  );
  assert.ok(!story.some((event) => / H\b/.test(event)), story.join('\n'));
});

test('an output of what a resource does not have fails the stack once its resources are there', async () => {
  const Outputs = { X: { Value: { 'Fn::GetAtt': ['G', 'Nope'] } } };
  const stack = await stacks.create('outputs', { Resources: { G: group({}) }, Outputs });
  assert.equal(stack.StackStatus, 'ROLLBACK_COMPLETE');
  const story = await stacks.story('outputs');
  assert.ok(story.includes('CREATE_COMPLETE G'), story.join('\n'));
  const reason =
    '[Error] /Outputs/X/Value/Fn::GetAtt: Resource type AWS::Logs::LogGroup does not support attribute {Nope}.';
  assert.ok(
    story.includes(`ROLLBACK_IN_PROGRESS outputs: ${reason} Rollback requested by user.`),
    story.join('\n'),
  );
});

test('a template is given or kept, not both', async () => {
  const TemplateBody = JSON.stringify({ Resources: { G: group({}) } });
  await stacks.create('kept', TemplateBody);
  const { code, message } = await refusal(
    stacks.client.send(
      new cf.UpdateStackCommand({ StackName: 'kept', TemplateBody, UsePreviousTemplate: true }),
    ),
  );
  assert.deepEqual(
    [code, message],
    ['ValidationError', 'You cannot specify both usePreviousTemplate and Template Body/Template URL.'],
  );
});
