/** Templates that are made to break what reads them: values of any kind where a text is expected, names that objects have, and bombs. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates have placeholders of their own
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as cf from '@aws-sdk/client-cloudformation';
import { refusal, type TestServer } from '../worlds/server.ts';
import { type Stacks, shareStacks } from '../worlds/stacks.ts';
import { turnsDuring } from '../worlds/turns.ts';

let server: TestServer;
let stacks: Stacks;
shareStacks((world) => {
  ({ server, stacks } = world);
});

let made = 0;
const create = (template: object, more: Partial<cf.CreateStackCommandInput> = {}) =>
  stacks.client.send(
    new cf.CreateStackCommand({
      StackName: `hostile-${made++}`,
      TemplateBody: JSON.stringify(template),
      Capabilities: ['CAPABILITY_AUTO_EXPAND'],
      ...more,
    }),
  );
/** Created, and over: as it was refused, or as its events tell. */
async function fateOf(template: object): Promise<string> {
  const answer = await create(template).then(
    ({ StackId }) => StackId,
    ({ message }: Error) => ({ message }),
  );
  if (typeof answer !== 'string') return answer?.message ?? '';
  await stacks.settled(answer);
  return (await stacks.story(answer)).join('\n');
}

/** No text can be made of it by String. */
const ODD = { toString: 1, valueOf: 1 };
const G = { Type: 'AWS::Logs::LogGroup' };
const parameter = (more: object, Type = 'String') => ({
  Parameters: { P: { Type, Default: 'x', ...more } },
  Resources: { G },
});
const property = (value: unknown) => ({ Resources: { G: { ...G, Properties: { LogGroupName: value } } } });
const EXTENDED = { Transform: 'AWS::LanguageExtensions' };

describe('an object with a member toString', () => {
  const places: Readonly<Record<string, readonly [template: object, says: RegExp]>> = {
    'for the type of a resource': [
      { Resources: { A: { Type: ODD } } },
      /Every Resources object must contain a Type member/,
    ],
    'for NoEcho': [parameter({ NoEcho: ODD }), /Every NoEcho member must be a string/],
    'among AllowedValues': [parameter({ AllowedValues: [ODD] }), /Every AllowedValues member must be a list/],
    'for AllowedPattern': [
      parameter({ AllowedPattern: ODD }),
      /Every AllowedPattern member must be a string/,
    ],
    'for MinLength': [parameter({ MinLength: ODD }), /Every MinLength member must be a string/],
    'for ConstraintDescription': [
      parameter({ AllowedValues: ['y'], ConstraintDescription: ODD }),
      /Every ConstraintDescription member must be a string/,
    ],
    'for the default that a loop goes over': [
      {
        ...EXTENDED,
        ...parameter({ Default: ODD }, 'CommaDelimitedList'),
        Resources: { 'Fn::ForEach::L': ['X', { Ref: 'P' }, { 'G${X}': G }] },
      },
      /must be a string|non alphanumeric/,
    ],
    'for the condition of Fn::If': [
      property({ 'Fn::If': [ODD, 'a', 'b'] }),
      /unresolved condition dependency/,
    ],
    'for the condition of an output': [
      { Resources: { G }, Outputs: { O: { Value: 'x', Condition: ODD } } },
      /Every Condition member must be a string/,
    ],
    'for a part of an attribute': [
      { Resources: { G, H: { ...G, Metadata: { x: { 'Fn::GetAtt': ['G', ODD, 'b'] } } } } },
      /does not support attribute type|toString/,
    ],
    'for the description of an assertion': [
      {
        Rules: { R: { Assertions: [{ Assert: { 'Fn::Equals': ['a', 'b'] }, AssertDescription: ODD }] } },
        Resources: { G },
      },
      /Rule R failed: \{"toString":1/,
    ],
    'for a property that is a boolean': [
      { Resources: { K: { Type: 'AWS::KMS::Key', Properties: { Enabled: ODD } } } },
      /CREATE_FAILED K: .*\n.*expected type: Boolean/,
    ],
    'for a count of signals': [
      {
        Resources: {
          W: {
            Type: 'AWS::CloudFormation::WaitCondition',
            CreationPolicy: { ResourceSignal: { Count: ODD, Timeout: ODD } },
          },
        },
      },
      /CREATE_FAILED W/,
    ],
  };
  for (const [where, [template, says]] of Object.entries(places)) {
    test(where, async () => {
      assert.match(await fateOf(template), says);
      assert.deepEqual(server.defects, []);
    });
  }
});

describe('a name that every object has', () => {
  test('is a condition like others', async () => {
    const Conditions = { constructor: { 'Fn::Equals': ['a', 'b'] } };
    const { StackId } = await create({
      Conditions,
      Resources: { G, H: { ...G, Condition: 'constructor' } },
      Outputs: { O: { Value: { 'Fn::If': ['constructor', 'yes', 'no'] } } },
    });
    const { Outputs = [] } = await stacks.settled(StackId!);
    assert.deepEqual(
      Outputs.map(({ OutputValue }) => OutputValue),
      ['no'],
    );
    const { StackResources = [] } = await stacks.client.send(
      new cf.DescribeStackResourcesCommand({ StackName: StackId }),
    );
    assert.deepEqual(
      StackResources.map(({ LogicalResourceId }) => LogicalResourceId),
      ['G'],
    );
  });

  test('is a parameter like others, of which there is no previous value before it is declared', async () => {
    const { StackId } = await create({ Resources: { G } });
    await stacks.settled(StackId!);
    const update = (value: string | undefined) =>
      stacks.client.send(
        new cf.UpdateStackCommand({
          StackName: StackId,
          TemplateBody: JSON.stringify({ Parameters: { valueOf: { Type: 'String' } }, Resources: { G } }),
          Parameters: [{ ParameterKey: 'valueOf', UsePreviousValue: true, ParameterValue: value }],
        }),
      );
    const { message } = await refusal(update(undefined));
    assert.match(message, /for a parameter key not in the previous template/);
    assert.match((await refusal(update('new'))).message, /usePreviousValue as true and non empty value/);
    assert.match(
      await fateOf({ Parameters: { valueOf: { Type: 'String' } }, Resources: { G } }),
      /Parameters: \[valueOf\] must have values/,
    );
  });

  test('is the logical id of a resource', async () => {
    const { StackId } = await create({
      Resources: { constructor: G, toString: { ...G, DependsOn: 'constructor' } },
      Outputs: { valueOf: { Value: { 'Fn::GetAtt': ['constructor', 'Arn'] } } },
    });
    const { StackStatus, Outputs = [] } = await stacks.settled(StackId!);
    assert.equal(StackStatus, 'CREATE_COMPLETE');
    assert.match(Outputs[0]?.OutputValue ?? '', /^arn:aws:logs:/);
  });
});

test('what a loop puts in is put in as it is', async () => {
  const item = "a$&b$$c$'d$`e";
  const { StackId } = await create({
    ...EXTENDED,
    Resources: { G },
    Outputs: { 'Fn::ForEach::L': ['X', [item], { 'O&{X}': { Value: 'of ${X}' } }] },
  });
  const { Outputs = [] } = await stacks.settled(StackId!);
  assert.equal(Outputs[0]?.OutputValue, `of ${item}`);
});

test('a duration of more hours than there are numbers is none', async () => {
  const Timeout = `PT${'9'.repeat(400)}H`;
  const W = {
    Type: 'AWS::CloudFormation::WaitCondition',
    CreationPolicy: { ResourceSignal: { Count: 1, Timeout } },
  };
  assert.match(await fateOf({ Resources: { W } }), /CREATE_FAILED W/);
});

describe('a loop is refused', () => {
  const loop = (...parts: unknown[]) => ({ ...EXTENDED, Resources: { G, 'Fn::ForEach::L': parts } });
  const fragment = { 'G${X}': G };
  const refused: Readonly<Record<string, readonly [template: object, says: RegExp]>> = {
    'that names no identifier': [loop(1, ['a'], fragment), /requires a list of an identifier/],
    'over no object': [loop('X', ['a'], 'G'), /requires a list of an identifier/],
    'of more than three parts': [loop('X', ['a'], fragment, 'more'), /requires a list of an identifier/],
    'over no list': [loop('X', 'a', fragment), /collection of Fn::ForEach::L is not a list\./],
    'over a list of lists': [loop('X', [['a']], fragment), /is not a list of strings/],
    'of too many turns': [loop('X', Array(20_001).fill('a'), { Y: {} }), /more than 20000 turns/],
  };
  for (const [what, [template, says]] of Object.entries(refused)) {
    test(what, async () => assert.match(await fateOf(template), says));
  }
});

describe('is refused for what it comes to', () => {
  const numbers = (length: number) => Array.from({ length }, (_, index) => String(index));
  const many = (length: number, value: unknown) => Array.from({ length }, () => value);
  const bombs: Readonly<Record<string, object>> = {
    'a loop over a large fragment': {
      ...EXTENDED,
      Resources: {
        'Fn::ForEach::L': ['X', numbers(20_000), { 'G${X}': { ...G, Metadata: { x: many(50_000, []) } } }],
      },
    },
    'a loop that puts a long text in many places': {
      ...EXTENDED,
      Resources: {
        'Fn::ForEach::L': [
          'X',
          ['x'.repeat(300_000)],
          { G: { ...G, Metadata: { x: '${X}'.repeat(50_000) } } },
        ],
      },
    },
    'loops within loops, over a long text that is split each time': {
      ...EXTENDED,
      Resources: {
        'Fn::ForEach::L': [
          'X',
          numbers(5000),
          {
            'Fn::ForEach::M${X}': [
              'Y',
              [{ 'Fn::Select': ['0', { 'Fn::Split': [',', 'a,'.repeat(150_000)] }] }],
              { 'G${X}${Y}': G },
            ],
          },
        ],
      },
    },
    'a long list of a mapping in many places': {
      Mappings: { M: { a: { b: many(100_000, 'a') } } },
      ...property(many(5000, { 'Fn::FindInMap': ['M', 'a', 'b'] })),
    },
    'a long text in many places of another': property({
      'Fn::Sub': ['${a}'.repeat(50_000), { a: 'x'.repeat(300_000) }],
    }),
    'a long text between many': property({ 'Fn::Join': ['x'.repeat(300_000), many(50_000, '')] }),
  };
  for (const [what, template] of Object.entries(bombs)) {
    test(what, async () => {
      assert.match(await fateOf(template), /come[s]? to/);
      assert.deepEqual(server.defects, []);
    });
  }

  test('a text of a hundred thousand variables', async () => {
    const template = {
      ...parameter({ Default: '' }),
      ...property({ 'Fn::Sub': `short${'${P}'.repeat(125_000)}` }),
    };
    assert.match(await fateOf(template), /CREATE_COMPLETE/);
    assert.deepEqual(server.defects, []);
  });

  test('a list of a thousand items, each one of tens of thousands of allowed values', async () => {
    const AllowedValues = Array.from({ length: 50_000 }, (_, at) => `a${at}`);
    const template = (last: number) => ({
      Parameters: {
        L: {
          Type: 'CommaDelimitedList',
          AllowedValues,
          Default: Array.from({ length: 500 }, (_, at) => `a${at < 499 ? 49_000 + at : last}`).join(','),
        },
      },
      Resources: { G },
    });
    assert.match(await fateOf(template(49_999)), /CREATE_COMPLETE/);
    assert.equal(await fateOf(template(50_000)), "Parameter 'L' must be one of AllowedValues");
  });

  test('a pattern that is too large to be compiled', async () => {
    const template = parameter({ AllowedPattern: '[a-z]{3}'.repeat(50_000) });
    assert.match(await fateOf(template), /not serve patterns that take too long to match/);
    assert.deepEqual(server.defects, []);
  });

  test('a value of a parameter of more than 4096 characters', async () => {
    const template = (Default: string) => ({
      Parameters: { P: { Type: 'String', Default } },
      Resources: { G },
    });
    assert.equal(
      await fateOf(template('x'.repeat(4097))),
      "Template format error: Parameter 'P' default value '[****]' length is greater than 4096.",
    );
    assert.match(await fateOf(template('x'.repeat(4096))), /CREATE_COMPLETE/);
    const given = [{ ParameterKey: 'P', ParameterValue: 'x'.repeat(4097) }];
    const { code, message } = await refusal(create(template(''), { Parameters: given }));
    assert.equal(code, 'ValidationError');
    assert.match(message, /^Parameter 'P' value .* length is greater than 4096/);
  });
});

describe('a template of hundreds of thousands of characters', () => {
  const template = (values: number) => ({
    Resources: { G: { ...G, Metadata: { list: Array(values).fill({ a: 1 }) } } },
  });
  const calls: Readonly<Record<string, (body: string) => Promise<unknown>>> = {
    'is validated': (TemplateBody) => stacks.client.send(new cf.ValidateTemplateCommand({ TemplateBody })),
    'is summed up': (TemplateBody) => stacks.client.send(new cf.GetTemplateSummaryCommand({ TemplateBody })),
    'becomes a stack': (body) => create(JSON.parse(body)),
  };
  for (const [what, call] of Object.entries(calls)) {
    test(`${what} in pieces, with a turn for others between them`, async () => {
      const turnsFor = (values: number) => turnsDuring(() => call(JSON.stringify(template(values))));
      const few = await turnsFor(10);
      await server.settled();
      const many = await turnsFor(60_000 + Object.keys(calls).indexOf(what));
      await server.settled();
      assert.ok(many >= few + 2, `${many} after ${few}`);
    });
  }

  test('in YAML is read in a thread of its own, once', async (t) => {
    const runApart = t.mock.method(server.latchkey.runtime.ports, 'runApart');
    const lines = Array.from({ length: 20_000 }, (_, at) => `      k${at}: v`).join('\n');
    const TemplateBody = `Resources:\n  G:\n    Type: AWS::Logs::LogGroup\n    Metadata:\n${lines}\n`;
    for (let call = 0; call < 2; call++)
      await stacks.client.send(new cf.ValidateTemplateCommand({ TemplateBody }));
    assert.equal(runApart.mock.callCount(), 1);
  });
});
