/** The template language as AWS reads it: lenient YAML, functions that end, rules, macros of the language itself. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as cf from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateVpcCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { refusal, type TestServer } from '../worlds/server.ts';
import { type Stacks, shareStacks } from '../worlds/stacks.ts';

let server: TestServer;
let stacks: Stacks;
shareStacks((world) => {
  ({ server, stacks } = world);
});

const validate = (template: object | string) =>
  stacks.client.send(
    new cf.ValidateTemplateCommand({
      TemplateBody: typeof template === 'string' ? template : JSON.stringify(template),
    }),
  );

const changeSet = (StackName: string, template: object, more: Partial<cf.CreateChangeSetCommandInput> = {}) =>
  stacks.client.send(
    new cf.CreateChangeSetCommand({
      StackName,
      ChangeSetName: 'c',
      ChangeSetType: 'CREATE',
      TemplateBody: JSON.stringify(template),
      ...more,
    }),
  );

const group = (Properties: object = {}, more: object = {}) => ({
  Type: 'AWS::Logs::LogGroup',
  Properties,
  ...more,
});

const outputs = ({ Outputs = [] }: cf.Stack) =>
  Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));

describe('YAML', () => {
  test('a tagged empty scalar is the empty text, and quoted text may go on at its key', async () => {
    const stack = await stacks.create(
      'yaml',
      `Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16}
  Subnet:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Vpc
      CidrBlock: 10.0.0.0/24
      AvailabilityZone: !Select [ 0, !GetAZs ]
Outputs:
  Joined:
    Value: 'a,
    b'
  Empty:
    Value: !Join [ ',', [x, !Sub , y ]]
  Zone:
    Value: !GetAtt Subnet.AvailabilityZone
`,
    );
    assert.deepEqual(outputs(stack), { Joined: 'a, b', Empty: 'x,,y', Zone: 'us-east-1a' });
  });
});

describe('a template that would take without end', () => {
  const refused: readonly [string, string, RegExp][] = [
    ['JSON nested deeply', `{"Resources": ${'['.repeat(25_000)}${']'.repeat(25_000)}}`, /levels deep/],
    ['YAML nested deeply', `Resources: ${'['.repeat(25_000)}`, /levels deep/],
    ['brackets that never close', `{"Resources": ${'['.repeat(25_000)}`, /JSON not well-formed/],
  ];
  for (const [what, body, words] of refused) {
    test(`${what} is refused`, async () => {
      const { code, message } = await refusal(validate(body));
      assert.equal(code, 'ValidationError');
      assert.match(message, words);
    });
  }

  test('substitutions within substitutions fail their stack, and nothing else', async () => {
    let nested: unknown = 'x';
    for (let depth = 0; depth < 24; depth++) nested = { 'Fn::Sub': [`\${a}\${a}`, { a: nested }] };
    const stack = await stacks.create('bomb', { Resources: { G: group({ LogGroupName: nested }) } });
    assert.equal(stack.StackStatus, 'ROLLBACK_COMPLETE');
    const story = await stacks.story('bomb');
    assert.ok(
      story.some((event) => /CREATE_FAILED G: .*longer than 1048576 characters/.test(event)),
      story.join('\n'),
    );
  });
});

describe('what the parameters decide', () => {
  const mapped = {
    Parameters: { Stage: { Type: 'String', Default: 'nowhere' } },
    Mappings: { M: { here: { Days: '1' } } },
    Resources: { G: group({ RetentionInDays: { 'Fn::FindInMap': ['M', { Ref: 'Stage' }, 'Days'] } }) },
  };
  const refused: readonly [string, object, string][] = [
    ['a mapping without the key', mapped, 'Template error: Unable to get mapping for M::nowhere::Days'],
    [
      'a selection by text',
      { Resources: { G: group({ LogGroupName: { 'Fn::Select': ['bad', ['t']] } }) } },
      'Template error: Fn::Select requires a list argument with two elements: an integer index and a list',
    ],
    [
      'a mapping that refers',
      { Mappings: { M: { A: { B: { Ref: 'AWS::Region' } } } }, Resources: { G: group() } },
      'Template format error: Every Mappings attribute must be a String or a List.',
    ],
    [
      'a mapping of one level',
      { Mappings: { M: { A: 's' } }, Resources: { G: group() } },
      'Template format error: Every Mappings member A must be a map',
    ],
    [
      'a condition that is not declared',
      { Resources: { G: group({ LogGroupName: { 'Fn::If': ['Missing', 'a', 'b'] } }) } },
      'Template error: unresolved condition dependency Missing in Fn::If',
    ],
    [
      'no resources at all',
      { Resources: '' },
      'Template format error: Any Resources member must be an object.',
    ],
  ];
  for (const [what, template, message] of refused) {
    test(`${what} is refused at once`, async () => {
      const told = await refusal(changeSet('never', template));
      assert.deepEqual([told.code, told.message], ['ValidationError', message]);
    });
  }

  test('a deletion policy may be a function', async () => {
    const template = {
      Parameters: { Stage: { Type: 'String', Default: 'production' } },
      Conditions: { Production: { 'Fn::Equals': [{ Ref: 'Stage' }, 'production'] } },
      Resources: {
        G: group(
          { LogGroupName: 'kept' },
          { DeletionPolicy: { 'Fn::If': ['Production', 'Retain', 'Delete'] } },
        ),
      },
    };
    await stacks.create('retained', template);
    await stacks.remove('retained');
    const { logGroups = [] } = await server
      .client(CloudWatchLogsClient)
      .send(new DescribeLogGroupsCommand({ logGroupNamePrefix: 'kept' }));
    assert.equal(logGroups.length, 1);
    const { message } = await refusal(
      stacks
        .create('odd', template, { Parameters: [{ ParameterKey: 'Stage', ParameterValue: 'x' }] })
        .then(() =>
          stacks.create('odd2', {
            ...template,
            Resources: { G: group({}, { DeletionPolicy: { Ref: 'Stage' } }) },
          }),
        ),
    );
    assert.match(message, /Unrecognized DeletionPolicy "production" for resource G/);
  });

  test('a default that is written AWS::NoValue is none', async () => {
    const stack = await stacks.create('novalue', {
      Parameters: { Name: { Type: 'String', Default: 'AWS::NoValue' } },
      Resources: { G: group({ LogGroupName: { Ref: 'Name' } }) },
    });
    assert.equal(stack.StackStatus, 'CREATE_COMPLETE');
    assert.match(await stacks.physicalId('novalue', 'G'), /^novalue-G-/);
  });

  test('rules assert what the parameters may be', async () => {
    const template = {
      Parameters: { Type: { Type: 'String' }, Stage: { Type: 'String' } },
      Rules: {
        Production: {
          RuleCondition: { 'Fn::Equals': [{ Ref: 'Stage' }, 'production'] },
          Assertions: [
            {
              Assert: { 'Fn::Contains': [['m5.large', 'm5.xlarge'], { Ref: 'Type' }] },
              AssertDescription: 'Production needs an m5.',
            },
          ],
        },
      },
      Resources: { G: group() },
    };
    const given = (stage: string, type: string) => ({
      Parameters: [
        { ParameterKey: 'Stage', ParameterValue: stage },
        { ParameterKey: 'Type', ParameterValue: type },
      ],
    });
    const { code, message } = await refusal(
      stacks.create('ruled', template, given('production', 't3.micro')),
    );
    assert.equal(code, 'ValidationError');
    assert.match(message, /Production needs an m5\./);
    const stack = await stacks.create('ruled', template, given('test', 't3.micro'));
    assert.equal(stack.StackStatus, 'CREATE_COMPLETE');
  });
});

test('rules look at what the parameters name', async () => {
  const ec2 = server.client(EC2Client);
  const ofDefault = { Filters: [{ Name: 'default-for-az', Values: ['true'] }] };
  const { Subnets: subnets } = await ec2.send(new DescribeSubnetsCommand(ofDefault));
  const { Vpc: other } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.77.0.0/16' }));
  const template = {
    Parameters: {
      Vpc: { Type: 'AWS::EC2::VPC::Id' },
      First: { Type: 'AWS::EC2::Subnet::Id' },
      More: { Type: 'List<AWS::EC2::Subnet::Id>' },
    },
    Rules: {
      All_together: {
        Assertions: [
          {
            Assert: {
              'Fn::EachMemberIn': [
                { 'Fn::ValueOfAll': ['AWS::EC2::Subnet::Id', 'VpcId'] },
                { 'Fn::RefAll': 'AWS::EC2::VPC::Id' },
              ],
            },
            AssertDescription: 'All subnets must be in the VPC',
          },
          {
            Assert: {
              'Fn::Not': [
                {
                  'Fn::EachMemberEquals': [
                    { 'Fn::ValueOf': ['More', 'AvailabilityZone'] },
                    subnets![0]!.AvailabilityZone,
                  ],
                },
              ],
            },
            AssertDescription: 'Two zones are needed',
          },
          { Assert: { 'Fn::Not': [{ 'Fn::Contains': [{ 'Fn::ValueOf': ['Vpc', 'Tags.old'] }, 'yes'] }] } },
        ],
      },
    },
    Resources: { G: group() },
  };
  const [one, two] = subnets!.map(({ SubnetId }) => SubnetId!);
  const created = (vpc: string | undefined, more: string) =>
    stacks.create('looked', template, {
      Parameters: Object.entries({ Vpc: vpc, First: one, More: more }).map(
        ([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }),
      ),
    });
  const both = `${one},${two}`;
  assert.match((await refusal(created(other!.VpcId, both))).message, /All subnets must be in the VPC/);
  assert.match((await refusal(created(subnets![0]!.VpcId, one!))).message, /Two zones are needed/);
  assert.equal((await created(subnets![0]!.VpcId, both)).StackStatus, 'CREATE_COMPLETE');
});

describe('AWS::LanguageExtensions', () => {
  const template = {
    Transform: 'AWS::LanguageExtensions',
    Parameters: { Names: { Type: 'CommaDelimitedList', Default: 'a,b' } },
    Mappings: { Days: { here: { N: '7' } } },
    Resources: {
      'Fn::ForEach::Groups': [
        'Name',
        { Ref: 'Names' },
        {
          'Group&{Name}': group({
            LogGroupName: { 'Fn::Sub': `/loop/\${Name}` },
            RetentionInDays: { 'Fn::FindInMap': ['Days', 'there', 'N', { DefaultValue: '3' }] },
          }),
        },
      ],
    },
    Outputs: {
      Count: { Value: { 'Fn::Length': { Ref: 'Names' } } },
      Json: { Value: { 'Fn::ToJsonString': { names: { Ref: 'Names' } } } },
    },
  };
  const more = { Capabilities: ['CAPABILITY_AUTO_EXPAND'] as const };

  test('loops over a parameter, and follows it', async () => {
    const { code, message } = await refusal(stacks.create('loop', template));
    assert.deepEqual(
      [code, message],
      ['InsufficientCapabilitiesException', 'Requires capabilities : [CAPABILITY_AUTO_EXPAND]'],
    );
    const made = await stacks.create('loop', template, { Capabilities: [...more.Capabilities] });
    assert.deepEqual(outputs(made), { Count: '2', Json: '{"names":["a","b"]}' });
    assert.equal(await stacks.physicalId('loop', 'Groupa'), '/loop/a');
    await stacks.update('loop', template, {
      Capabilities: [...more.Capabilities],
      Parameters: [{ ParameterKey: 'Names', ParameterValue: 'b,c' }],
    });
    const { logGroups = [] } = await server
      .client(CloudWatchLogsClient)
      .send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/loop/' }));
    assert.deepEqual(
      logGroups.map(({ logGroupName, retentionInDays }) => [logGroupName, retentionInDays]),
      [
        ['/loop/b', 3],
        ['/loop/c', 3],
      ],
    );
    const processed = await stacks.client.send(new cf.GetTemplateCommand({ StackName: 'loop' }));
    assert.match(processed.TemplateBody ?? '', /"Groupc"/);
    const original = await stacks.client.send(
      new cf.GetTemplateCommand({ StackName: 'loop', TemplateStage: 'Original' }),
    );
    assert.match(original.TemplateBody ?? '', /Fn::ForEach::Groups/);
  });

  test('a function gives the name that a Ref or Fn::GetAtt refers to', async () => {
    const named = (name: object) => ({ Value: { Ref: name } });
    const template = {
      Transform: 'AWS::LanguageExtensions',
      Parameters: { Stage: { Type: 'String', Default: 'Dev' }, What: { Type: 'String', Default: 'Arn' } },
      Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'Prod'] } },
      Mappings: { Stages: { Dev: { Group: 'DevGroup' }, Prod: { Group: 'ProdGroup' } } },
      Resources: {
        DevGroup: group({ LogGroupName: 'named-dev' }),
        ProdGroup: { ...group({ LogGroupName: 'named-prod' }), Condition: 'IsProd' },
        Later: {
          ...group({
            LogGroupName: { 'Fn::Sub': [`\${Of}-later`, { Of: { Ref: { 'Fn::Sub': `\${Stage}Group` } } }] },
          }),
        },
      },
      Outputs: {
        Joined: named({ 'Fn::Join': ['', [{ Ref: 'Stage' }, 'Group']] }),
        Chosen: named({ 'Fn::If': ['IsProd', 'ProdGroup', 'DevGroup'] }),
        Mapped: named({ 'Fn::FindInMap': ['Stages', { Ref: 'Stage' }, 'Group'] }),
        'Fn::ForEach::Attributes': [
          'Property',
          ['Arn'],
          {
            'Loop${Property}': {
              Value: { 'Fn::GetAtt': [{ 'Fn::Sub': `\${Stage}Group` }, { Ref: 'Property' }] },
            },
          },
        ],
        Asked: { Value: { 'Fn::GetAtt': ['DevGroup', { Ref: 'What' }] } },
      },
    };
    const Arn = 'arn:aws:logs:us-east-1:123456789012:log-group:named-dev:*';
    const made = await stacks.create('named', template, { Capabilities: [...more.Capabilities] });
    assert.deepEqual(outputs(made), {
      Joined: 'named-dev',
      Chosen: 'named-dev',
      Mapped: 'named-dev',
      LoopArn: Arn,
      Asked: Arn,
    });
    assert.equal(await stacks.physicalId('named', 'Later'), 'named-dev-later');
    const toProd = {
      Capabilities: [...more.Capabilities],
      Parameters: [{ ParameterKey: 'Stage', ParameterValue: 'Prod' }],
    };
    const changed = outputs(await stacks.update('named', template, toProd));
    assert.deepEqual([changed.Joined, changed.Chosen], ['named-prod', 'named-prod']);

    const gone = { ...toProd, Parameters: [{ ParameterKey: 'Stage', ParameterValue: 'None' }] };
    assert.match((await refusal(stacks.update('named', template, gone))).message, /NoneGroup|None/);
    const ofResource = { ...template, Outputs: { X: named({ Ref: 'DevGroup' }) } };
    assert.match(
      (await refusal(stacks.create('unknowable', ofResource, { Capabilities: [...more.Capabilities] })))
        .message,
      /Ref to DevGroup cannot be used in the name that a Ref or Fn::GetAtt refers to/,
    );
    for (const Outputs of [
      { X: named({ 'Fn::Sub': 'DevGroup' }) },
      { X: { Value: { 'Fn::GetAtt': [{ 'Fn::Sub': 'DevGroup' }, 'Arn'] } } },
    ]) {
      const plain = { Resources: { DevGroup: group() }, Outputs };
      assert.match((await refusal(validate(plain))).message, /every (Ref|Fn::GetAtt) object/);
    }
  });

  test('its functions are refused where the template does not name it', async () => {
    const { Transform: _transform, ...plain } = template;
    const { message } = await refusal(validate(plain));
    assert.match(message, /Fn::ForEach::Groups is a function of the transform AWS::LanguageExtensions/);
  });
});

test('a template may be as long as AWS takes one', async () => {
  const Description = 'x'.repeat(1000);
  const Metadata = { Long: Array.from({ length: 900 }, () => Description) };
  await validate({ Metadata, Resources: { G: group() } });
  const { message } = await refusal(
    validate({ Metadata: { a: Metadata, b: Metadata }, Resources: { G: group() } }),
  );
  assert.match(message, /length less than or equal to 1048576/);
});
