/** What stacks have to do with Parameter Store: parameters that they make, values that templates take from it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as cf from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  GetParameterCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { allowing, lookupEvents, statement, userWith } from '../worlds/account.ts';
import { refusal, type TestServer } from '../worlds/server.ts';
import { type Stacks, shareStacks, stacksOf } from '../worlds/stacks.ts';

let server: TestServer;
let stacks: Stacks;
let ssm: SSMClient;
shareStacks(async (world) => {
  ({ server, stacks } = world);
  ssm = server.client(SSMClient);
  await put('/app/days', '7');
  await put('/app/name', 'first');
  await put('/app/list', 'a, b', 'StringList');
  await put('/app/secret', 'Correct-Horse-9', 'SecureString');
});

const put = (Name: string, Value: string, Type: 'String' | 'StringList' | 'SecureString' = 'String') =>
  ssm.send(new PutParameterCommand({ Name, Value, Type, Overwrite: true }));
const logGroup = (Properties: object) => ({ Type: 'AWS::Logs::LogGroup', Properties });
const retentionOf = async (logGroupNamePrefix: string) => {
  const logs = server.client(CloudWatchLogsClient);
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix }));
  return logGroups?.[0]?.retentionInDays;
};
const value = (Type: string, Default: string) => ({ Type: `AWS::SSM::Parameter::Value<${Type}>`, Default });

describe('a parameter of a template whose value is in Parameter Store', () => {
  test('stands for what it holds, is shown with it, and is read again with each update', async () => {
    const template = {
      Parameters: { Name: value('String', '/app/name'), List: value('List<String>', '/app/list') },
      Conditions: { IsFirst: { 'Fn::Equals': [{ Ref: 'Name' }, 'first'] } },
      Resources: { G: logGroup({ LogGroupName: { 'Fn::Sub': `value-\${Name}` } }) },
      Outputs: {
        Second: { Value: { 'Fn::Select': [1, { Ref: 'List' }] } },
        First: { Condition: 'IsFirst', Value: 'yes' },
      },
    };
    const stack = await stacks.create('stored', template);
    assert.equal(stack.StackStatus, 'CREATE_COMPLETE', (await stacks.story('stored')).join('\n'));
    assert.equal(await stacks.physicalId('stored', 'G'), 'value-first');
    assert.deepEqual(stack.Parameters, [
      { ParameterKey: 'Name', ParameterValue: '/app/name', ResolvedValue: 'first' },
      { ParameterKey: 'List', ParameterValue: '/app/list', ResolvedValue: 'a, b' },
    ]);
    assert.deepEqual(
      stack.Outputs?.map(({ OutputValue }) => OutputValue),
      ['b', 'yes'],
    );
    const again = { Parameters: [{ ParameterKey: 'Name', UsePreviousValue: true }] };
    const unchanged = stacks.update('stored', template, again);
    assert.equal((await refusal(unchanged)).message, 'No updates are to be performed.');

    await put('/app/name', 'second');
    const updated = await stacks.update('stored', template, again);
    assert.equal(updated.StackStatus, 'UPDATE_COMPLETE', (await stacks.story('stored')).join('\n'));
    assert.equal(await stacks.physicalId('stored', 'G'), 'value-second');
    assert.equal(updated.Parameters?.[0]?.ResolvedValue, 'second');
  });

  test('is refused where it is not there, is a SecureString, or names nothing', async () => {
    const refused = async (Type: string, Default: string) =>
      (
        await refusal(
          stacks.create('refused', {
            Parameters: { P: { Type, Default } },
            Resources: { G: logGroup({ LogGroupName: { Ref: 'P' } }) },
          }),
        )
      ).message;
    const unknown = 'Unable to fetch parameters [/app/none] from parameter store for this account.';
    assert.equal(await refused('AWS::SSM::Parameter::Value<String>', '/app/none'), unknown);
    assert.equal(await refused('AWS::SSM::Parameter::Name', '/app/none'), unknown);
    assert.equal(
      await refused('AWS::SSM::Parameter::Value<String>', '/app/secret'),
      'Parameters [/app/secret] referenced by template have types not supported by CloudFormation.',
    );
    assert.match(
      await refused('AWS::SSM::Parameter::Value<AWS::EC2::VPC::Id>', '/app/days'),
      /parameter value 7 for parameter name P does not exist/,
    );
    assert.match(await refused('AWS::SSM::Parameter::Value<SecureString>', '/app/secret'), /Unrecognized/);
    assert.match(await refused('List<AWS::SSM::Parameter::Value<String>>', '/app/list'), /Unrecognized/);
  });

  test('takes the right to read it, whose lack is explained', async () => {
    const credentials = await userWith(server, 'ann', allowing('cloudformation:*', 'logs:*'));
    const template = {
      Parameters: { Name: value('String', '/app/name') },
      Resources: { G: logGroup({ LogGroupName: { Ref: 'Name' } }) },
    };
    const ann = stacksOf(server, credentials);
    const denied = await refusal(ann.create('anns', template));
    assert.equal(denied.message, "AccessDenied. User doesn't have permission to call ssm:GetParameters");
    const attribute = { AttributeKey: 'EventName', AttributeValue: 'CreateStack' } as const;
    const [event] = await lookupEvents(server, attribute);
    for (const subject of ['user/ann', event!.eventID, event!.requestID]) {
      const { text } = await server.ask<{ text: string }>('explain', { subject });
      assert.match(text, /^user ann may not ssm:GetParameters on .*app\/name/, subject);
      assert.doesNotMatch(text, /No policy refused it/, subject);
    }
  });

  test('in a change set is pinned, whatever the parameter becomes before it is executed', async () => {
    await put('/app/pinned', 'one');
    const TemplateBody = JSON.stringify({
      Resources: { G: logGroup({ LogGroupName: 'pinned-{{resolve:ssm:/app/pinned}}' }) },
    });
    const named = { StackName: 'pinned', ChangeSetName: 'c' };
    await stacks.client.send(
      new cf.CreateChangeSetCommand({ ...named, ChangeSetType: 'CREATE', TemplateBody }),
    );
    await put('/app/pinned', 'two');
    await stacks.client.send(new cf.ExecuteChangeSetCommand(named));
    await stacks.settled('pinned');
    assert.equal(await stacks.physicalId('pinned', 'G'), 'pinned-one');
  });
});

describe('a dynamic reference', () => {
  test('stands for a version or the latest, within a text, and for a number', async () => {
    const template = {
      Parameters: { App: { Type: 'String', Default: 'app' } },
      Resources: {
        G: logGroup({
          LogGroupName: 'ref-{{resolve:ssm:/app/days:1}}-x',
          RetentionInDays: { 'Fn::Sub': `{{resolve:ssm:/\${App}/days}}` },
        }),
      },
      Outputs: { Days: { Value: '{{resolve:ssm:/app/days}}' } },
    };
    const stack = await stacks.create('references', template);
    assert.equal(stack.StackStatus, 'CREATE_COMPLETE', (await stacks.story('references')).join('\n'));
    assert.equal(await retentionOf('ref-7-x'), 7);
    assert.equal(stack.Outputs?.[0]?.OutputValue, '7');
    await put('/app/days', '14');
    await stacks.update('references', template);
    assert.equal(await retentionOf('ref-7-x'), 14);
  });

  test('to what is not there, or is not what it says, is refused', async () => {
    const refused = async (text: string) =>
      (await refusal(stacks.create('refused', { Resources: { G: logGroup({ LogGroupName: text }) } })))
        .message;
    assert.equal(
      await refused('{{resolve:ssm:/app/none:3}}'),
      'Parameters: [ssm:/app/none:3] cannot be found.',
    );
    assert.equal(
      await refused('{{resolve:ssm:/app/secret}}'),
      'Non-secure ssm prefix was used for secure parameter: [/app/secret]',
    );
    assert.equal(
      await refused('{{resolve:ssm:/app/name:}}'),
      'Incorrect format is used in the following SSM reference: [{{resolve:ssm:/app/name:}}]',
    );
    assert.equal(
      await refused('{{resolve:ssm-secure:/app/secret}}'),
      'SSM Secure reference is not supported in: [AWS::Logs::LogGroup/Properties/LogGroupName]',
    );
    assert.match(await refused('{{resolve:secretsmanager:x}}'), /does not serve .*secretsmanager/);
    // Whoever may describe the stack would see it.
    const { message } = await refusal(
      stacks.create('refused', {
        Resources: { G: logGroup({}) },
        Outputs: { Shown: { Value: { 'Fn::Sub': 'is {{resolve:ssm-secure:/app/secret}}' } } },
      }),
    );
    assert.equal(message, 'SSM Secure reference is not supported in: [Outputs/Shown/Value]');
  });

  test('to a secure string gives a password, and is never shown', async () => {
    const user = (Password: string) => ({
      Resources: { U: { Type: 'AWS::IAM::User', Properties: { LoginProfile: { Password } } } },
    });
    const capable = { Capabilities: ['CAPABILITY_IAM' as const] };
    const stack = await stacks.create('user', user('{{resolve:ssm-secure:/app/secret:1}}'), capable);
    assert.equal(stack.StackStatus, 'CREATE_COMPLETE', (await stacks.story('user')).join('\n'));
    const { StackEvents } = await stacks.client.send(
      new cf.DescribeStackEventsCommand({ StackName: 'user' }),
    );
    assert.ok(!JSON.stringify(StackEvents).includes('Correct-Horse-9'));
    const plain = await stacks.create('plain', user('{{resolve:ssm-secure:/app/name}}'), capable);
    assert.equal(plain.StackStatus, 'ROLLBACK_COMPLETE');
    assert.match(
      (await stacks.story('plain')).join('\n'),
      /Secure ssm prefix was used for non-secure parameter/,
    );
  });
});

describe('AWS::SSM::Parameter', () => {
  const parameter = (Properties: object) => ({
    Resources: { P: { Type: 'AWS::SSM::Parameter', Properties } },
  });

  test('is made, tagged, changed, read and deleted', async () => {
    const made = await stacks.create('parameter', {
      ...parameter({ Type: 'String', Value: 'one', Tags: { team: 'core' } }),
      Outputs: { Arn: { Value: { 'Fn::GetAtt': 'P.Arn' } }, Value: { Value: { 'Fn::GetAtt': 'P.Value' } } },
    });
    assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.story('parameter')).join('\n'));
    const Name = await stacks.physicalId('parameter', 'P');
    assert.match(Name, /^CFN-P-\w+$/);
    assert.match(made.Outputs![0]!.OutputValue!, new RegExp(`:parameter/${Name}$`));
    const tags = async () => {
      const { TagList } = await ssm.send(
        new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: Name }),
      );
      return TagList!.map(({ Key }) => Key).sort();
    };
    const marks = ['logical-id', 'stack-id', 'stack-name'].map((name) => `aws:cloudformation:${name}`);
    assert.deepEqual(await tags(), [...marks, 'team']);
    await stacks.update('parameter', parameter({ Type: 'String', Value: 'two', Tags: { owner: 'x' } }));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
    assert.deepEqual([Parameter!.Value, Parameter!.Version], ['two', 2]);
    assert.deepEqual(await tags(), [...marks, 'owner']);
    await stacks.remove('parameter');
    assert.equal((await refusal(ssm.send(new GetParameterCommand({ Name })))).code, 'ParameterNotFound');
  });

  test('that is a SecureString is refused, as is a name that is taken', async () => {
    await stacks.create('secure', parameter({ Type: 'SecureString', Value: 'x' }));
    assert.match(
      (await stacks.story('secure')).join('\n'),
      /SSM Parameters of type SecureString cannot be created using CloudFormation/,
    );
    await stacks.create('taken', parameter({ Name: '/app/days', Type: 'String', Value: 'x' }));
    assert.match((await stacks.story('taken')).join('\n'), /already exists.*HandlerErrorCode: AlreadyExists/);
  });

  test('takes the rights that putting and tagging take', async () => {
    const credentials = await userWith(
      server,
      'bob',
      allowing('cloudformation:*', 'ssm:PutParameter'),
      statement('ssm:DeleteParameter'),
    );
    await stacksOf(server, credentials).create('bobs', parameter({ Type: 'String', Value: 'x' }));
    assert.match((await stacks.story('bobs')).join('\n'), /not authorized to perform: ssm:AddTagsToResource/);
  });
});

test('the functions of a resource’s metadata are evaluated when it is described', async () => {
  const template = {
    Parameters: { Secret: { Type: 'String', NoEcho: true, Default: 'hidden' } },
    Resources: {
      G: logGroup({}),
      H: { ...logGroup({}), Metadata: { files: { content: { 'Fn::Sub': `\${G} \${Secret}` } } } },
    },
  };
  await stacks.create('metadata', template);
  const { StackResourceDetail: detail } = await stacks.client.send(
    new cf.DescribeStackResourceCommand({ StackName: 'metadata', LogicalResourceId: 'H' }),
  );
  const content = `${await stacks.physicalId('metadata', 'G')} hidden`;
  assert.deepEqual(JSON.parse(detail!.Metadata!), { files: { content } });
});

test('the summary of a template names the properties that identify its resources', async () => {
  const TemplateBody = JSON.stringify({
    Resources: {
      P: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: 'x' } },
      V: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
      G: logGroup({}),
    },
  });
  const summary = await stacks.client.send(new cf.GetTemplateSummaryCommand({ TemplateBody }));
  assert.deepEqual(
    summary.ResourceIdentifierSummaries!.map(({ ResourceIdentifiers: names }) => names),
    [['Name'], ['VpcId'], ['LogGroupName']],
  );
});
