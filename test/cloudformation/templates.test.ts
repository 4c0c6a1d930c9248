/** Templates: their two languages, their functions, and what is wrong with them in AWS's words. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates have placeholders of their own
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as cf from '@aws-sdk/client-cloudformation';
import { CreateVolumeCommand, EC2Client } from '@aws-sdk/client-ec2';
import { evaluate, type Resolver } from '../../src/services/cloudformation/template/functions.ts';
import { readText } from '../../src/services/cloudformation/template/long-text.ts';
import { refusal, type TestServer } from '../worlds/server.ts';
import { type Stacks, shareStacks } from '../worlds/stacks.ts';
import { compareSteps, goldenOf } from '../worlds/transcript.ts';

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

const KEY = { Type: 'AWS::KMS::Key' };
const keyWith = (Description: unknown, more: object = {}) => ({
  Resources: { Key: { ...KEY, Properties: { Description } } },
  ...more,
});
const F = (name: string, ...items: unknown[]) => ({ [`Fn::${name}`]: items });

describe('a template that AWS refuses', () => {
  const refused: readonly [string, object | string, string][] = [
    [
      'JSON that is none',
      '{\n "Resources": {} 1}',
      'Template format error: JSON not well-formed. (line 2, column 19)',
    ],
    [
      'JSON of a text alone',
      '{"this is invalid JSON"}',
      'Template format error: JSON not well-formed. (line 1, column 25)',
    ],
    [
      'JSON that ends too soon',
      '{"Resources":',
      'Template format error: JSON not well-formed. (line 1, column 14)',
    ],
    [
      'YAML that is none',
      'Resources:\n  A: [',
      'Template format error: YAML not well-formed. (line 2, column 7)',
    ],
    ['a list', '- a', 'Template format error: unsupported structure.'],
    ['no resources', {}, 'Template format error: At least one Resources member must be defined.'],
    ['an unknown section', { Resource: {} }, 'Invalid template property or properties [Resource]'],
    [
      'a null',
      '{"Resources": {"Key": {"Type": null}}}',
      "[/Resources/Key/Type] 'null' values are not allowed in templates",
    ],
    [
      'a resource that is no object',
      { Resources: { Key: 'x' } },
      'Template format error: Any Resources member must be an object.',
    ],
    [
      'a resource without a type',
      { Resources: { Key: {} } },
      'Template format error: [/Resources/Key] Every Resources object must contain a Type member.',
    ],
    [
      'an unknown attribute of a resource',
      { Resources: { Key: { ...KEY, Invalid: 1 } } },
      "Invalid template resource property 'Invalid'",
    ],
    [
      'an output without a value',
      { Resources: { Key: KEY }, Outputs: { A: {} } },
      'Template format error: Every Outputs member must contain a Value object',
    ],
    [
      'a reference to nothing',
      keyWith({ Ref: 'Nothing' }),
      'Template format error: Unresolved resource dependencies [Nothing] in the Resources block of the template',
    ],
    [
      'a substitution of nothing',
      keyWith({ 'Fn::Sub': `of \${Nothing}` }),
      'Template format error: Unresolved resource dependencies [Nothing] in the Resources block of the template',
    ],
    [
      'a dependency on nothing',
      { Resources: { Key: { ...KEY, DependsOn: 'Nothing' } } },
      'Template format error: Unresolved resource dependencies [Nothing] in the Resources block of the template',
    ],
    [
      'an output of nothing',
      { Resources: { Key: KEY }, Outputs: { A: { Value: { Ref: 'Nothing' } } } },
      'Template format error: Unresolved resource dependencies [Nothing] in the Outputs block of the template',
    ],
    [
      'an attribute of nothing',
      keyWith(F('GetAtt', 'Nothing', 'Arn')),
      'Template error: instance of Fn::GetAtt references undefined resource Nothing',
    ],
    [
      'an attribute that the type does not have',
      { Resources: { Key: KEY, Other: { ...KEY, Properties: { Description: F('GetAtt', 'Key', 'Name') } } } },
      'Template error: resource Key does not support attribute type Name in Fn::GetAtt',
    ],
    [
      'a condition that is not there',
      { Resources: { Key: { ...KEY, Condition: 'No' } } },
      'Template format error: Unresolved condition dependency No in the Resources block of the template',
    ],
    [
      'a parameter of no type',
      { Parameters: { A: {} }, Resources: { Key: KEY } },
      'Template format error: Every Parameters object must contain a Type member.',
    ],
    [
      'a policy that there is not',
      { Resources: { Key: { ...KEY, DeletionPolicy: 'Keep' } } },
      'Template format error: Unrecognized DeletionPolicy "Keep" for resource Key',
    ],
    [
      'a snapshot of what has none',
      { Resources: { Key: { ...KEY, DeletionPolicy: 'Snapshot' } } },
      'Template error: resource type AWS::KMS::Key does not support deletion policy Snapshot',
    ],
  ];
  for (const [what, template, message] of refused) {
    test(`for ${what}`, async () => {
      const { code, message: told } = await refusal(validate(template));
      assert.deepEqual([code, told], ['ValidationError', message]);
    });
  }

  test('for resources that depend on each other, naming those in the circle', async () => {
    const waits = (DependsOn: string) => ({ ...KEY, DependsOn });
    const { message } = await refusal(
      validate({ Resources: { A: waits('B'), B: waits('C'), C: waits('B'), D: KEY } }),
    );
    assert.equal(message, 'Circular dependency between resources: [B, C]');
  });

  test('for what Latchkey does not serve, by name', async () => {
    const unserved: readonly [object, RegExp][] = [
      [
        { Transform: 'AWS::Serverless-2016-10-31', Resources: { Key: KEY } },
        /does not serve the transform AWS::Serverless-2016-10-31/,
      ],
      [
        { Resources: { Bucket: { Type: 'AWS::S3::Bucket' } } },
        /Unrecognized resource types: \[AWS::S3::Bucket\]\. .*Latchkey does not serve them/,
      ],
      [
        keyWith('{{resolve:secretsmanager:name}}'),
        /does not serve dynamic references to other stores than Parameter Store \(\{\{resolve:secretsmanager/,
      ],
    ];
    for (const [template, words] of unserved)
      assert.match((await refusal(validate(template))).message, words);
  });

  test('for all of it at once', async () => {
    const { message } = await refusal(
      validate({
        Transform: ['AWS::LanguageExtensions', 'Mine'],
        Resources: {
          Queue: { Type: 'AWS::SQS::Queue' },
          Balancer: { Type: 'AWS::ElasticLoadBalancing::LoadBalancer' },
          Group: {
            Type: 'AWS::AutoScaling::AutoScalingGroup',
            Properties: { LoadBalancerNames: [{ Ref: 'Balancer' }], TargetGroupARNs: [] },
            UpdatePolicy: { Other: {} },
          },
          Included: { Type: 'AWS::KMS::Key', Properties: { 'Fn::Transform': { Name: 'AWS::Include' } } },
          Secret: keyWith('{{resolve:secretsmanager:name}}').Resources.Key,
        },
      }),
    );
    assert.equal(
      message,
      'Template format error: Unrecognized resource types: [AWS::SQS::Queue, AWS::ElasticLoadBalancing::LoadBalancer]. ' +
        'AWS may know them; Latchkey does not serve them, nor the transform Mine, the function Fn::Transform, the property ' +
        'LoadBalancerNames of AWS::AutoScaling::AutoScalingGroup, UpdatePolicy Other of AWS::AutoScaling::AutoScalingGroup, ' +
        'dynamic references to other stores than Parameter Store ({{resolve:secretsmanager…). A resource whose Condition ' +
        'does not hold is passed over, whatever its type.',
    );
  });

  test('for what a stack’s parameters ask for, and for nothing that they decide against', async () => {
    const template = {
      Parameters: {
        Balanced: { Type: 'String', Default: 'no' },
        Names: { Type: 'CommaDelimitedList', Default: '' },
      },
      Conditions: { Balanced: { 'Fn::Equals': [{ Ref: 'Balanced' }, 'yes'] } },
      Resources: {
        Balancer: { Type: 'AWS::ElasticLoadBalancing::LoadBalancer', Condition: 'Balanced' },
        Bare: { Type: 'AWS::Logs::LogGroup' },
        Given: {
          Type: 'AWS::EC2::EIP',
          Condition: 'Balanced',
          Properties: { Address: { 'Fn::Join': ['', { Ref: 'Names' }] } },
        },
      },
      Outputs: { Name: { Condition: 'Balanced', Value: { 'Fn::GetAtt': ['Balancer', 'DNSName'] } } },
    };
    await validate(template);
    const { message } = await refusal(
      stacks.create('balanced', template, {
        Parameters: [
          { ParameterKey: 'Balanced', ParameterValue: 'yes' },
          { ParameterKey: 'Names', ParameterValue: '198.51.100.7' },
        ],
      }),
    );
    assert.match(
      message,
      /\[AWS::ElasticLoadBalancing::LoadBalancer\].*nor the property Address of AWS::EC2::EIP\./,
    );
    assert.equal((await stacks.create('plain', template)).StackStatus, 'CREATE_COMPLETE');
  });

  test('for a type that is named as none of AWS’s', async () => {
    const { message } = await refusal(
      validate({
        Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
        Resources: { Key: { Type: 'KMS::Key', Condition: 'Never' } },
      }),
    );
    assert.equal(message, 'Template format error: Unrecognized resource types: [KMS::Key]');
  });
});

describe('parameters', () => {
  const declared = {
    ...keyWith({ Ref: 'Text' }),
    Parameters: {
      Text: { Type: 'String', AllowedPattern: '[a-z]+', MaxLength: 5 },
      Zone: { Type: 'String', AllowedValues: ['a', 'b'], Default: 'a' },
      Size: { Type: 'Number', MinValue: 1, Default: 1, ConstraintDescription: 'a size' },
      Volume: { Type: 'AWS::EC2::Volume::Id', Default: 'vol-0123456789abcdef0' },
    },
  };
  const refused: readonly [Record<string, string>, string][] = [
    [{}, 'Parameters: [Text] must have values'],
    [{ Text: 'a', Other: 'b' }, 'Parameters: [Other] do not exist in the template'],
    [{ Text: 'A' }, "Parameter 'Text' must match pattern [a-z]+"],
    [{ Text: 'abcdef' }, "Parameter 'Text' must contain at most 5 characters"],
    [{ Text: 'a', Zone: 'c' }, "Parameter 'Zone' must be one of AllowedValues"],
    [{ Text: 'a', Size: '0' }, "Parameter 'Size' failed to satisfy constraint: a size"],
    [
      { Text: 'a' },
      'Parameter validation failed: parameter value vol-0123456789abcdef0 for parameter name Volume does not exist',
    ],
  ];
  for (const [values, message] of refused) {
    test(`${JSON.stringify(values)} are refused`, async () => {
      const Parameters = Object.entries(values).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      }));
      const { message: told } = await refusal(stacks.create('parameters', declared, { Parameters }));
      assert.equal(told, message);
    });
  }

  test('that name what exists are taken', async () => {
    const volume = await server
      .client(EC2Client)
      .send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1 }));
    const stack = await stacks.create('parameters', declared, {
      Parameters: [
        { ParameterKey: 'Text', ParameterValue: 'a' },
        { ParameterKey: 'Volume', ParameterValue: volume.VolumeId },
      ],
    });
    assert.equal(stack.StackStatus, 'CREATE_COMPLETE');
  });
});

test('templates that make identities must be acknowledged, and more so where they name them', async () => {
  const user = (Properties: object) => ({ Resources: { User: { Type: 'AWS::IAM::User', Properties } } });
  const plain = await refusal(stacks.create('capable', user({})));
  assert.deepEqual(
    [plain.code, plain.message],
    ['InsufficientCapabilitiesException', 'Requires capabilities : [CAPABILITY_IAM]'],
  );
  const named = await refusal(
    stacks.create('capable', user({ UserName: 'u' }), { Capabilities: ['CAPABILITY_IAM'] }),
  );
  assert.equal(named.message, 'Requires capabilities : [CAPABILITY_NAMED_IAM]');
});

test('each constraint of a parameter holds for a value at its edge, and not beside it', async () => {
  const cases: readonly (readonly [object, ...string[]])[] = [
    [{ Type: 'Number' }, '', 'a', '1', '-1.5', '1e3', '0x1'],
    [{ Type: 'Number', MinValue: 2, MaxValue: 4 }, '1', '2', '4', '5'],
    [{ Type: 'List<Number>', MinValue: 2 }, '', '2,3', '2, 3', '2,1', '2,a', '2,,3'],
    [{ Type: 'String', MinLength: 2, MaxLength: 4 }, 'a', 'ab', 'abcd', 'abcde'],
    [{ Type: 'String', AllowedPattern: 'a|b' }, 'a', 'b', 'ab', 'xa'],
    [{ Type: 'String', AllowedPattern: '^(?!x)[\\p{Alnum}\\_]+$' }, 'a_1', 'xa'],
    [{ Type: 'String', AllowedPattern: '(?i)\\p{Upper}' }, 'A', 'a', '1'],
    [{ Type: 'String', AllowedPattern: '(a|aa)+' }, 'aaa', `${'a'.repeat(500)}!`],
    [{ Type: 'String', AllowedPattern: 'a++' }, 'a'],
    [{ Type: 'String', AllowedPattern: '[' }, 'a'],
    [{ Type: 'String', AllowedValues: ['a', 1] }, 'a', '1', '', 'A'],
    [{ Type: 'CommaDelimitedList', AllowedValues: ['a', 'b'] }, 'a,b', 'b,c', ' a , b '],
    [{ Type: 'Number', MinValue: 2, ConstraintDescription: 'two or more' }, 'a', '1', '2'],
  ];
  const steps: string[] = [];
  for (const [declaration, ...values] of cases) {
    const template = { ...keyWith('d'), Parameters: { P: { ...declaration } } };
    for (const ParameterValue of values) {
      const Parameters = [{ ParameterKey: 'P', ParameterValue }];
      const input = { ChangeSetName: 'c', StackName: `p${steps.length}`, ChangeSetType: 'CREATE' as const };
      const asked = new cf.CreateChangeSetCommand({
        ...input,
        Parameters,
        TemplateBody: JSON.stringify(template),
      });
      const told = await stacks.client.send(asked).then(
        () => 'taken',
        ({ message }: Error) => message,
      );
      steps.push(`${JSON.stringify(declaration)} ${JSON.stringify(ParameterValue)}\n${told}`);
    }
  }
  compareSteps(goldenOf(import.meta.url, 'parameters'), steps);
});

test('YAML is read as CloudFormation reads it: short forms, dates and leading zeros', () => {
  const text = [
    'Version: 2012-10-17',
    'Account: 012345678901',
    'Number: 8',
    'Decimal: 1.10',
    'Truth: true',
    "Quoted: 'true'",
    'Ref: !Ref A',
    'Att: !GetAtt A.B.C',
    `Sub: !Sub \${A}-b`,
    'Nested: !Join ["", [!Ref A, !Select [0, !GetAZs ""]]]',
    'Condition: !If [C, !Equals [a, b], !Condition D]',
  ].join('\n');
  assert.deepEqual(readText(text), {
    Version: '2012-10-17',
    Account: '012345678901',
    Number: 8,
    Decimal: '1.10',
    Truth: true,
    Quoted: 'true',
    Ref: { Ref: 'A' },
    Att: { 'Fn::GetAtt': ['A', 'B.C'] },
    Sub: { 'Fn::Sub': `\${A}-b` },
    Nested: { 'Fn::Join': ['', [{ Ref: 'A' }, { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }]] },
    Condition: { 'Fn::If': ['C', { 'Fn::Equals': ['a', 'b'] }, { Condition: 'D' }] },
  });
});

test('what looks like a block of text within quotes is none', () => {
  const text = ['A: "a: |', ' b"', 'B: [a,', '  "|"', ', b]', 'D: |', '  text', 'E: e'].join('\n');
  assert.equal(
    outcomeOf(() => readText(text)),
    '{"A":"a: | b","B":["a","|","b"],"D":"text\\n","E":"e"}',
  );
});

/** What it gives, or the message that it throws. */
function outcomeOf(give: () => unknown): string {
  try {
    const value = give();
    return typeof value === 'symbol' ? String(value) : JSON.stringify(value);
  } catch (error) {
    return (error as Error).message;
  }
}

const FUNCTION_NAMES = [
  'Ref',
  ...[
    'GetAtt',
    'Sub',
    'Join',
    'Split',
    'Select',
    'If',
    'FindInMap',
    'ImportValue',
    'Base64',
    'Cidr',
    'GetAZs',
  ],
  ...['Length', 'ToJsonString', 'Equals', 'Contains', 'EachMemberIn', 'EachMemberEquals', 'Not', 'And', 'Or'],
].map((name) => (name === 'Ref' ? name : `Fn::${name}`));

describe('functions', () => {
  const names: Readonly<Record<string, string | string[]>> = {
    Name: 'n',
    List: ['a', 'b'],
    'AWS::Region': 'us-east-1',
  };
  const resolver: Resolver = {
    mappings: { Map: { top: { second: 'found' } } },
    ref: (name) => names[name] ?? assert.fail(`Ref ${name}`),
    attribute: (id, name) => `${id}/${name}`,
    condition: (name) => name === 'Yes',
    zones: (region) => [`${region}a`, `${region}b`],
    imported: (name) => `imported ${name}`,
  };
  const ref = (Ref: string) => ({ Ref });
  const known: readonly [string, never, unknown][] = [
    ['Join', F('Join', '-', ['a', ref('Name'), 1]), 'a-n-1'],
    ['Join of a list', F('Join', ',', ref('List')), 'a,b'],
    ['Sub', { 'Fn::Sub': `\${Name} \${Key.Arn} \${!Name} \${AWS::Region}` }, `n Key/Arn \${Name} us-east-1`],
    ['Sub with values', F('Sub', `\${A}\${Name}`, { A: F('Select', 1, ref('List')) }), 'bn'],
    ['Split', F('Select', 2, F('Split', '/', 'a/b/c') as never), 'c'],
    ['If', F('If', 'Yes', 'y', 'n'), 'y'],
    ['If without a value', { A: F('If', 'No', 'y', ref('Name')), B: 1 }, { A: 'n', B: 1 }],
    ['FindInMap', F('FindInMap', 'Map', 'top', 'second'), 'found'],
    ['GetAZs', F('Select', 0, { 'Fn::GetAZs': '' }), 'us-east-1a'],
    ['GetAtt', F('GetAtt', 'Key', 'Arn'), 'Key/Arn'],
    ['ImportValue', { 'Fn::ImportValue': F('Join', '', ['a', 'b']) }, 'imported ab'],
    ['Base64', { 'Fn::Base64': 'text' }, 'dGV4dA=='],
    ['Cidr', F('Cidr', '10.0.0.0/16', 3, 8), ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']],
    ['Equals', F('Equals', '1', 1), true],
    ['Or', F('Or', F('Equals', 'a', 'b'), { Condition: 'Yes' }), true],
    ['And', F('And', F('Not', { Condition: 'No' }), { Condition: 'Yes' }), true],
  ].map(([name, value, expected]) => [name as string, value as never, expected]);
  for (const [name, value, expected] of known) {
    test(name, () => assert.deepEqual(evaluate(value, resolver), expected));
  }

  test('each of arguments of every kind, with what it makes of them or refuses them with', () => {
    const lists = [
      [],
      ['a'],
      ['a', 'b'],
      ['a', ['b', 'c']],
      [1, ['b', 'c']],
      ['a', {}],
      ['a', 'b', 'c'],
      [{}],
    ];
    const truths = [true, 'true', { Condition: 'Yes' }, { Condition: 'No' }];
    const blocks = ['10.0.0.0/16', 'a'].flatMap((block) =>
      [1, 256, 257, 0, 'a'].flatMap((count) => [1, 4, 32, 33].map((bits) => [block, count, bits])),
    );
    const listsOfTwo = [
      [['a'], 'a'],
      [['a', 'b'], ['a']],
      [['a'], ['a', 'b']],
      [['a', 'a'], 'a'],
      [[], []],
    ];
    const all = ['', 'a', '${', '${Name}', 5, true, {}, ...lists, ...truths, truths.slice(2)];
    const given: Readonly<Record<string, readonly unknown[]>> = {
      'Fn::Cidr': blocks,
      'Fn::Not': truths.map((each) => [each]),
      'Fn::And': [truths.slice(0, 3), truths.slice(2, 3), [...truths, ...truths, ...truths]],
      'Fn::Or': [truths.slice(0, 3), truths.slice(3), [...truths, ...truths, ...truths]],
      'Fn::Contains': listsOfTwo,
      'Fn::EachMemberIn': listsOfTwo,
      'Fn::EachMemberEquals': listsOfTwo,
      'Fn::Sub': [
        ['a', 'b'],
        ['${A}', { A: ['b'] }],
        ['${A}', { A: {} }],
        [['a'], {}],
        ['${A}', { A: 1, B: 2 }],
      ],
      'Fn::FindInMap': [
        ['Map', 'top', 'none'],
        ['Map', 'none', 'a'],
        ['None', 'a', 'b'],
        ['Map', 'top', 'second', {}],
      ],
      'Fn::Select': ['-1', '0', '2', 'a', 1.5].map((index) => [index, ['a', 'b']]),
    };
    const known = resolver.ref;
    const lenient = { ...resolver, ref: (name: string) => (name === 'a' ? 'A' : known(name)) };
    const steps = FUNCTION_NAMES.flatMap((name) =>
      [...all, ...(given[name] ?? [])].map((argument) => {
        const worth = outcomeOf(() => evaluate({ [name]: argument } as never, lenient));
        return `${name} ${JSON.stringify(argument)}\n${worth}`;
      }),
    );
    compareSteps(goldenOf(import.meta.url, 'functions'), steps);
  });

  test('a position that is not there', () => {
    assert.throws(() => evaluate(F('Select', 2, ref('List')) as never, resolver), {
      message:
        'Template error: Fn::Select requires a list argument with two elements: an integer index and a list',
    });
  });
});

describe('limits of functions', () => {
  const resolver = {} as Resolver;
  const worth = (value: unknown) => evaluate(value as never, resolver);

  test('Fn::Cidr gives blocks of as many addresses as the bits say, eight where they are not said', () => {
    assert.deepEqual(worth(F('Cidr', '10.0.0.0/16', 3, 8)), ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']);
    assert.deepEqual(worth(F('Cidr', '10.0.0.0/16', 2)), ['10.0.0.0/24', '10.0.1.0/24']);
    assert.deepEqual(worth(F('Cidr', '10.0.0.0/16', '1', '4')), ['10.0.0.0/28']);
    assert.throws(() => worth(F('Cidr', '10.0.0.0/24', 2, 8)));
  });

  test('500 resources, and no more', async () => {
    const resources = (count: number) => ({
      Resources: Object.fromEntries(
        Array.from({ length: count }, (_, n) => [`W${n}`, { Type: 'AWS::Logs::LogGroup' }]),
      ),
    });
    await validate(resources(500));
    assert.equal(
      (await refusal(validate(resources(501)))).message,
      'Template format error: Number of resources, 501, is greater than maximum allowed, 500',
    );
  });

  test('two to ten conditions in Fn::And and Fn::Or', async () => {
    const template = (name: 'And' | 'Or', count: number) => ({
      Conditions: { All: F(name, ...Array(count).fill({ 'Fn::Equals': ['a', 'a'] })) },
      Resources: { Handle: { Type: 'AWS::Logs::LogGroup', Condition: 'All' } },
    });
    for (const name of ['And', 'Or'] as const) {
      for (const [count, isTaken] of [
        [1, false],
        [2, true],
        [10, true],
        [11, false],
      ] as const) {
        const stack = `${name.toLowerCase()}-${count}`;
        const made = stacks.client.send(
          new cf.CreateStackCommand({
            StackName: stack,
            TemplateBody: JSON.stringify(template(name, count)),
          }),
        );
        if (isTaken) await made;
        else assert.equal((await refusal(made)).code, 'ValidationError', stack);
      }
    }
  });

  test('items of a list parameter are trimmed', async () => {
    const stack = await stacks.create('trimmed', {
      Parameters: { List: { Type: 'CommaDelimitedList', Default: ' a , b,c ' } },
      Resources: { Handle: { Type: 'AWS::Logs::LogGroup' } },
      Outputs: { Joined: { Value: { 'Fn::Join': ['|', { Ref: 'List' }] } } },
    });
    assert.equal(stack.Outputs?.[0]?.OutputValue, 'a|b|c');
  });

  test('a list in a Fn::Sub is its items with commas between', async () => {
    const stack = await stacks.create('listed', {
      Parameters: { List: { Type: 'CommaDelimitedList', Default: 'a, b' } },
      Resources: { Key: KEY },
      Outputs: { Text: { Value: { 'Fn::Sub': 'of ${List}' } } },
    });
    assert.equal(stack.Outputs?.[0]?.OutputValue, 'of a,b');
  });
});

test('a change of tags alone is an update, and no change at all is none', async () => {
  const template = keyWith('same');
  await stacks.create('tagged', template, { Tags: [{ Key: 'a', Value: '1' }] });
  const none = stacks.client.send(
    new cf.UpdateStackCommand({
      StackName: 'tagged',
      TemplateBody: JSON.stringify(template),
      Tags: [{ Key: 'a', Value: '1' }],
    }),
  );
  assert.equal((await refusal(none)).message, 'No updates are to be performed.');
  const stack = await stacks.update('tagged', template, { Tags: [{ Key: 'a', Value: '2' }] });
  assert.equal(stack.StackStatus, 'UPDATE_COMPLETE');
  assert.deepEqual(stack.Tags, [{ Key: 'a', Value: '2' }]);
});

test('the zones of a Region that a parameter names', async () => {
  const { Outputs } = await stacks.create(
    'zones',
    {
      Parameters: { Region: { Type: 'String' } },
      Resources: { Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' } },
      Outputs: {
        There: { Value: F('Select', 1, { 'Fn::GetAZs': { Ref: 'Region' } }) },
        Here: { Value: F('Select', 1, { 'Fn::GetAZs': { Ref: 'AWS::Region' } }) },
      },
    },
    { Parameters: [{ ParameterKey: 'Region', ParameterValue: 'eu-west-1' }] },
  );
  assert.deepEqual(Outputs?.map(({ OutputValue }) => OutputValue).sort(), ['eu-west-1b', 'us-east-1b']);
});

test('conditions decide which resources, properties and outputs there are', async () => {
  const template = {
    Parameters: { Stage: { Type: 'String' } },
    Conditions: { Production: F('Equals', { Ref: 'Stage' }, 'production') },
    Resources: {
      Key: {
        ...KEY,
        Properties: {
          Description: F('If', 'Production', 'production', { Ref: 'AWS::NoValue' }),
          EnableKeyRotation: F('If', 'Production', true, { Ref: 'AWS::NoValue' }),
        },
      },
      Spare: { ...KEY, Condition: 'Production' },
    },
    Outputs: { Spare: { Condition: 'Production', Value: { Ref: 'Spare' } } },
  };
  const staged = (stage: string) => ({ Parameters: [{ ParameterKey: 'Stage', ParameterValue: stage }] });
  const test = await stacks.create('conditions', template, staged('test'));
  assert.equal(test.Outputs, undefined);
  const production = await stacks.update('conditions', template, staged('production'));
  assert.equal(production.Outputs?.length, 1);
  const { StackResourceSummaries: resources } = await stacks.client.send(
    new cf.ListStackResourcesCommand({ StackName: 'conditions' }),
  );
  assert.deepEqual(
    resources?.map(({ LogicalResourceId: id }) => id),
    ['Key', 'Spare'],
  );
  const { TemplateBody } = await stacks.client.send(new cf.GetTemplateCommand({ StackName: 'conditions' }));
  assert.deepEqual(JSON.parse(TemplateBody as string), template);
});
