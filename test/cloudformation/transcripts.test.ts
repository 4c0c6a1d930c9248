/** CloudFormation's whole answers: stacks, change sets, templates and exports, with what is recorded and sent. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates have placeholders of their own
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ZONE } from '../worlds/account.ts';
import { transcripts } from '../worlds/transcript.ts';

const { server, transcript } = await transcripts(import.meta.url);

function begun(account: string, name: string) {
  const t = transcript(account, name);
  /** Some steps look again after a while. */
  const settle = async (): Promise<void> => {
    for (;;) {
      await server.settled();
      const stacks = (await t.silent('cloudformation:DescribeStacks')).all('Stacks', 'StackStatus');
      if (!/(?<!REVIEW)_IN_PROGRESS/.test(JSON.stringify(stacks))) return;
      await sleep(10);
    }
  };
  return {
    t,
    settle,
    call: (operation: string, input: object = {}) => t.call(`cloudformation:${operation}`, input),
  };
}
const volume = (properties: object = {}, rest: object = {}) => ({
  Type: 'AWS::EC2::Volume',
  Properties: { AvailabilityZone: ZONE, Size: 1, ...properties },
  ...rest,
});
const body = (template: object) => JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', ...template });

test('a stack from its making to its end, with updates that succeed and fail', async () => {
  const { t, call, settle } = begun('100000000001', 'stack');
  const StackName = 'app';
  const Parameters = {
    Size: { Type: 'Number', Default: '1', MinValue: '1', MaxValue: '9', Description: 's' },
    Name: { Type: 'String', AllowedPattern: '[a-z]+', NoEcho: true },
  };
  const template = (size: unknown = { Ref: 'Size' }, more: object = {}) =>
    body({
      Description: 'd',
      Parameters,
      Conditions: { Big: { 'Fn::Equals': [{ Ref: 'Size' }, '9'] } },
      Resources: {
        Disk: volume({ Size: size, Tags: [{ Key: 'Name', Value: { Ref: 'Name' } }] }),
        Key: {
          Type: 'AWS::KMS::Key',
          Properties: {
            Description: { Ref: 'Name' },
            KeyPolicy: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Principal: { AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' } },
                  Action: 'kms:*',
                  Resource: '*',
                },
              ],
            },
          },
        },
        Alias: {
          Type: 'AWS::KMS::Alias',
          DependsOn: 'Disk',
          Properties: { AliasName: 'alias/app', TargetKeyId: { Ref: 'Key' } },
        },
        ...more,
      },
      Outputs: {
        Disk: { Value: { Ref: 'Disk' }, Description: 'the disk', Export: { Name: 'app-disk' } },
        Arn: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] } },
        Big: { Condition: 'Big', Value: 'yes' },
      },
    });
  const named = [{ ParameterKey: 'Name', ParameterValue: 'shop' }];
  for (const rest of [
    {},
    { Parameters: [{ ParameterKey: 'Name', ParameterValue: 'S' }] },
    { Parameters: [...named, { ParameterKey: 'Size', ParameterValue: '10' }] },
    { Parameters: [...named, { ParameterKey: 'None', ParameterValue: 'x' }] },
    { TemplateBody: '{' },
    { TemplateBody: body({}) },
    { StackName: 'a b' },
    { TemplateBody: undefined },
    { OnFailure: 'DELETE', DisableRollback: true },
  ])
    await call('CreateStack', { StackName, TemplateBody: template(), ...rest });
  await call('CreateStack', {
    StackName,
    TemplateBody: template(),
    Parameters: named,
    Tags: [{ Key: 'team', Value: 'core' }],
    EnableTerminationProtection: true,
    TimeoutInMinutes: 5,
    ClientRequestToken: 'once',
  });
  await call('CreateStack', { StackName, TemplateBody: template(), Parameters: named });
  await settle();
  await call('DescribeStacks', { StackName });
  await call('DescribeStackEvents', { StackName });
  await call('DescribeStackResources', { StackName });
  await call('ListStackResources', { StackName });
  await call('DescribeStackResource', { StackName, LogicalResourceId: 'Disk' });
  await call('DescribeStackResource', { StackName, LogicalResourceId: 'None' });
  await call('GetTemplate', { StackName });
  await call('GetTemplateSummary', { StackName });
  await call('ListExports');
  await call('ListImports', { ExportName: 'app-disk' });
  const user = body({
    Resources: { Tagged: volume({ Tags: [{ Key: 'of', Value: { 'Fn::ImportValue': 'app-disk' } }] }) },
  });
  await call('CreateStack', { StackName: 'user', TemplateBody: user });
  await settle();
  await call('ListImports', { ExportName: 'app-disk' });
  const same = [{ ParameterKey: 'Name', UsePreviousValue: true }];
  await call('UpdateStack', { StackName, UsePreviousTemplate: true, Parameters: same });
  await call('UpdateStack', {
    StackName,
    TemplateBody: template(2),
    Parameters: same,
    Tags: [{ Key: 'team', Value: 'web' }],
  });
  await settle();
  await call('UpdateStack', {
    StackName,
    TemplateBody: template(3, { More: volume({ SnapshotId: 'snap-00000000000000001' }) }),
    Parameters: same,
  });
  await settle();
  await call('DescribeStacks', { StackName });
  await call('UpdateStack', { StackName: 'none', TemplateBody: template() });
  await call('GetStackPolicy', { StackName });
  await call('SetStackPolicy', {
    StackName,
    StackPolicyBody:
      '{"Statement":[{"Effect":"Deny","Action":"Update:*","Principal":"*","Resource":"LogicalResourceId/Disk"}]}',
  });
  const forbids = { Effect: 'Deny', Action: 'Update:*', Principal: '*', Resource: '*' };
  for (const rest of [
    { Resource: ['LogicalResourceId/Disk', 1] },
    { Resource: 1 },
    { Resource: undefined },
    { Action: 'Update:None' },
    { NotAction: 'Update:*' },
    { Principal: 'somebody' },
    { Effect: 'Forbid' },
    { Condition: { StringEquals: { ResourceType: ['AWS::EC2::Volume', 1] } } },
    { Condition: { StringEquals: { Other: 'x' } } },
    { Condition: { Bool: { ResourceType: 'x' } } },
  ])
    await call('SetStackPolicy', {
      StackName,
      StackPolicyBody: JSON.stringify({ Statement: { ...forbids, ...rest } }),
    });
  await call('CreateStack', { StackName: 'other', TemplateBody: template(), StackPolicyBody: '{' });
  await call('SetStackPolicy', {
    StackName,
    StackPolicyBody: '{}',
    StackPolicyURL: 'https://s3.amazonaws.com/b/p',
  });
  await call('SetStackPolicy', { StackName, StackPolicyBody: '{' });
  await call('GetStackPolicy', { StackName });
  await call('UpdateStack', { StackName, TemplateBody: template(4), Parameters: same });
  await settle();
  await call('DescribeStackEvents', { StackName });
  await call('DeleteStack', { StackName });
  await call('UpdateTerminationProtection', { StackName, EnableTerminationProtection: false });
  await call('DeleteStack', { StackName });
  await settle();
  for (const name of ['user', StackName]) {
    await call('DeleteStack', { StackName: name });
    await settle();
  }
  await call('DescribeStacks', { StackName });
  await call('ListStacks');
  await call('ListStacks', { StackStatusFilter: ['CREATE_COMPLETE'] });
  t.compare();
});

test('change sets, failed creations and templates', async () => {
  const { t, call, settle } = begun('100000000002', 'change-sets');
  const StackName = 'app';
  const of = (resources: object) => body({ Resources: resources });
  const ChangeSetName = 'first';
  await call('CreateChangeSet', {
    StackName,
    ChangeSetName,
    ChangeSetType: 'CREATE',
    TemplateBody: of({ Disk: volume() }),
    Description: 'd',
    Tags: [{ Key: 'a', Value: 'b' }],
  });
  await settle();
  await call('DescribeChangeSet', { StackName, ChangeSetName });
  await call('DescribeStacks', { StackName });
  await call('ListChangeSets', { StackName });
  await call('ExecuteChangeSet', { StackName, ChangeSetName });
  await settle();
  await call('ExecuteChangeSet', { StackName, ChangeSetName });
  for (const [name, resources] of Object.entries({
    modify: { Disk: volume({ Size: 2 }) },
    replace: { Disk: volume({ AvailabilityZone: 'us-east-1b' }) },
    more: { Disk: volume(), More: volume() },
    fewer: { Other: volume() },
    none: { Disk: volume() },
    attribute: { Disk: volume({}, { DeletionPolicy: 'Retain' }) },
    tags: { Disk: volume({ Tags: [{ Key: 'x', Value: 'y' }] }) },
  })) {
    await call('CreateChangeSet', { StackName, ChangeSetName: name, TemplateBody: of(resources) });
    await settle();
    await call('DescribeChangeSet', { StackName, ChangeSetName: name });
  }
  await call('CreateChangeSet', { StackName, ChangeSetName: 'more', TemplateBody: of({ Disk: volume() }) });
  await call('CreateChangeSet', { StackName: 'none', ChangeSetName, TemplateBody: of({ Disk: volume() }) });
  await call('ListChangeSets', { StackName });
  await call('DeleteChangeSet', { StackName, ChangeSetName: 'more' });
  await call('DescribeChangeSet', { StackName, ChangeSetName: 'more' });
  await call('ExecuteChangeSet', { StackName, ChangeSetName: 'replace' });
  await settle();
  await call('DescribeStackEvents', { StackName });
  for (const OnFailure of ['ROLLBACK', 'DELETE', 'DO_NOTHING']) {
    const name = `fails-${OnFailure.toLowerCase().replace('_', '-')}`;
    await call('CreateStack', {
      StackName: name,
      OnFailure,
      TemplateBody: of({
        First: volume(),
        Last: volume({ SnapshotId: 'snap-00000000000000001' }, { DependsOn: 'First' }),
      }),
    });
    await settle();
    await call('DescribeStackEvents', { StackName: name });
    await call('UpdateStack', { StackName: name, TemplateBody: of({ First: volume() }) });
    await settle();
    await call('RollbackStack', { StackName: name });
    await settle();
    await call('ContinueUpdateRollback', { StackName: name });
    await call('CancelUpdateStack', { StackName: name });
  }
  await call('SignalResource', { StackName, LogicalResourceId: 'Disk', UniqueId: 'u', Status: 'SUCCESS' });
  await call('ListStacks');
  t.compare();
});

test('templates: each function, each fault', async () => {
  const { t, call, settle } = begun('100000000003', 'templates');
  const Parameters = {
    P: { Type: 'String', Default: 'p' },
    L: { Type: 'CommaDelimitedList', Default: 'a, b ,c' },
  };
  const Mappings = { M: { one: { two: 'three', list: ['x', 'y'] } } };
  const Conditions = {
    Yes: { 'Fn::Equals': ['a', 'a'] },
    No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    And: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    Or: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] },
  };
  const Outputs = Object.fromEntries(
    [
      { Ref: 'P' },
      { Ref: 'AWS::Region' },
      { Ref: 'AWS::StackName' },
      { Ref: 'AWS::Partition' },
      { Ref: 'AWS::URLSuffix' },
      { 'Fn::Join': ['-', { Ref: 'L' }] },
      { 'Fn::Select': [1, { Ref: 'L' }] },
      { 'Fn::Split': [',', 'a,b'] },
      { 'Fn::Sub': 'x${P}${!P}${AWS::AccountId}' },
      { 'Fn::Sub': ['${a}${P}', { a: 'b' }] },
      { 'Fn::FindInMap': ['M', 'one', 'two'] },
      { 'Fn::Base64': 'hello' },
      { 'Fn::If': ['Yes', 'y', 'n'] },
      { 'Fn::If': ['And', 'y', 'n'] },
      { 'Fn::If': ['Or', 'y', 'n'] },
      { 'Fn::Join': ['|', { 'Fn::Cidr': ['10.0.0.0/16', 3, 8] }] },
      { 'Fn::Join': ['|', { 'Fn::Cidr': ['10.0.0.0/24', 2, 4] }] },
      { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] },
      { 'Fn::Select': [2, { 'Fn::GetAZs': { Ref: 'AWS::Region' } }] },
    ].map((Value, index) => [
      `O${index}`,
      { Value: 'Fn::Split' in Value ? { 'Fn::Join': ['+', Value] } : Value },
    ]),
  );
  await call('CreateStack', {
    StackName: 'functions',
    TemplateBody: body({ Parameters, Mappings, Conditions, Resources: { Disk: volume() }, Outputs }),
  });
  await settle();
  const [stack] = (await t.silent('cloudformation:DescribeStacks', { StackName: 'functions' })).output
    .Stacks as { Outputs: unknown }[];
  t.step('outputs', stack?.Outputs);
  const disk = { Disk: volume() };
  const faults: object[] = [
    { Resources: {} },
    { Resources: { Disk: {} } },
    { Resources: { Disk: { Type: 'AWS::None::Thing' } } },
    { Resources: { Disk: volume({ None: 1 }) } },
    { Resources: { 'a-b': volume() } },
    { Resources: disk, None: {} },
    { Resources: { Disk: volume({}, { None: 1 }) } },
    { Resources: { Disk: volume({}, { DependsOn: 'None' }) } },
    { Resources: { Disk: volume({}, { DependsOn: 'Disk' }) } },
    { Resources: { A: volume({}, { DependsOn: 'B' }), B: volume({}, { DependsOn: 'A' }) } },
    { Resources: { Disk: volume({ Size: { Ref: 'None' } }) } },
    { Resources: { Disk: volume({ Size: { 'Fn::GetAtt': ['None', 'Arn'] } }) } },
    { Resources: { Disk: volume({ Size: { 'Fn::GetAtt': ['Disk', 'None'] } }) } },
    { Resources: { Disk: volume({ Size: { 'Fn::None': [] } }) } },
    { Resources: { Disk: volume({ Size: { 'Fn::Join': 'x' } }) } },
    { Resources: { Disk: volume({ Size: { 'Fn::Select': [9, ['a']] } }) } },
    { Resources: { Disk: volume({ Size: { 'Fn::FindInMap': ['M', 'one', 'none'] } }) }, Mappings },
    { Resources: { Disk: volume({}, { Condition: 'None' }) } },
    { Resources: disk, Conditions: { C: { 'Fn::And': [{ Condition: 'C' }] } } },
    { Resources: disk, Conditions: { C: 'x' } },
    { Resources: disk, Parameters: { P: { Type: 'None' } } },
    { Resources: disk, Parameters: { P: {} } },
    { Resources: disk, Parameters: { P: { Type: 'String', Default: 'x', AllowedValues: ['y'] } } },
    { Resources: disk, Outputs: { O: {} } },
    { Resources: disk, Outputs: { O: { Value: ['a'] } } },
    { Resources: disk, AWSTemplateFormatVersion: '2011-01-01' },
    { Resources: disk, Description: 'x'.repeat(1025) },
    { Resources: disk, Transform: 'None' },
    { Resources: { Disk: volume({}, { DeletionPolicy: 'None' }) } },
    { Resources: { Disk: volume({ Size: { 'Fn::Sub': '${None}' } }) } },
    { Resources: { Disk: volume({ Size: { 'Fn::Sub': ['${a}', { a: 'b', c: 'd' }] } }) } },
  ];
  for (const [index, fault] of faults.entries()) {
    const TemplateBody = body(fault);
    const title = JSON.stringify(fault).slice(0, 200);
    const validated = await t.silent('cloudformation:ValidateTemplate', { TemplateBody });
    t.step(`ValidateTemplate ${title}`, validated.output);
    const made = await t.silent('cloudformation:CreateStack', { StackName: `faulty-${index}`, TemplateBody });
    t.step(`CreateStack ${title}`, made.output.message ?? 'accepted');
  }
  const count = (made: (i: number) => [string, unknown], length: number) =>
    Object.fromEntries(Array.from({ length }, (_, i) => made(i)));
  for (const [what, template] of [
    [
      '200 parameters',
      { Resources: disk, Parameters: count((i) => [`P${i}`, { Type: 'String', Default: 'x' }], 200) },
    ],
    [
      '201 parameters',
      { Resources: disk, Parameters: count((i) => [`P${i}`, { Type: 'String', Default: 'x' }], 201) },
    ],
    ['200 outputs', { Resources: disk, Outputs: count((i) => [`O${i}`, { Value: 'x' }], 200) }],
    ['201 outputs', { Resources: disk, Outputs: count((i) => [`O${i}`, { Value: 'x' }], 201) }],
    ['200 mappings', { Resources: disk, Mappings: count((i) => [`M${i}`, { a: { b: 'c' } }], 200) }],
    ['201 mappings', { Resources: disk, Mappings: count((i) => [`M${i}`, { a: { b: 'c' } }], 201) }],
    [
      '500 resources',
      { Resources: count((i) => [`R${i}`, { Type: 'AWS::CloudFormation::WaitConditionHandle' }], 500) },
    ],
    [
      '501 resources',
      { Resources: count((i) => [`R${i}`, { Type: 'AWS::CloudFormation::WaitConditionHandle' }], 501) },
    ],
    [
      'And of ten',
      {
        Resources: disk,
        Conditions: { C: { 'Fn::And': Array.from({ length: 10 }, () => ({ 'Fn::Equals': ['a', 'a'] })) } },
      },
    ],
    [
      'And of eleven',
      {
        Resources: disk,
        Conditions: { C: { 'Fn::And': Array.from({ length: 11 }, () => ({ 'Fn::Equals': ['a', 'a'] })) } },
      },
    ],
    ['Or of one', { Resources: disk, Conditions: { C: { 'Fn::Or': [{ 'Fn::Equals': ['a', 'a'] }] } } }],
  ] as const) {
    const { output } = await t.silent('cloudformation:ValidateTemplate', { TemplateBody: body(template) });
    t.step(what, output.message ?? 'valid');
  }
  t.compare();
});
