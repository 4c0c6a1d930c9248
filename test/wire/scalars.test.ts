/** Values of each type in each protocol, as text: what is read from a request or refused, and what an answer is. */
import { test } from 'node:test';
import { inspect } from 'node:util';
import { encode, Token, Type } from 'cborg';
import { AwsError } from '../../src/aws/aws-error.ts';
import { serviceShapes } from '../../src/shapes/services.ts';
import type { Member, OperationShape, ProtocolName, Shape, StructureShape } from '../../src/shapes/shape.ts';
import { PROTOCOLS } from '../../src/wire/route.ts';
import { httpRequest } from '../worlds/http-request.ts';
import { compareSteps, goldenOf } from '../worlds/transcript.ts';

const member = (name: string, shape: Shape, more: Partial<Member> = {}): Member => ({
  name,
  requestName: name,
  responseName: name,
  shape,
  required: false,
  ...more,
});
const structure = (...members: Member[]): StructureShape => ({ type: 'structure', name: 'S', members });
const string: Shape = { type: 'string' };

/** One that contains itself. */
function treeOf(): Shape {
  const tree = structure(member('B', string));
  return Object.assign(tree, { members: [...tree.members, member('T', tree)] });
}

/** Anew each time, for what is made of a shape is kept beside it. */
const shapesOf = (): Readonly<Record<string, Shape>> => ({
  string,
  boolean: { type: 'boolean' },
  integer: { type: 'integer' },
  long: { type: 'long' },
  float: { type: 'float' },
  double: { type: 'double' },
  time: { type: 'timestamp', format: 'date-time' },
  seconds: { type: 'timestamp', format: 'epoch-seconds' },
  blob: { type: 'blob' },
  list: { type: 'list', member: string, memberName: 'member' },
  flat: { type: 'list', member: string, memberName: 'Item', flattened: true },
  map: { type: 'map', key: string, value: string, keyName: 'key', valueName: 'value' },
  'flat map': { type: 'map', key: string, value: string, keyName: 'K', valueName: 'V', flattened: true },
  structure: structure(member('B', string), member('C', { type: 'integer' })),
  tree: treeOf(),
  document: { type: 'document' },
});

const operationOf = (shape: Shape, protocol: ProtocolName, more: Partial<Member> = {}): OperationShape => ({
  name: 'Try',
  protocol,
  input: structure(member('A', shape, more)),
  output: structure(member('A', shape, more)),
  errors: {},
});

/** What the request's `A` is, or the refusal. */
function read(operation: OperationShape, body: Buffer | string, contentType: string): string {
  const { protocol } = operation;
  const headers = { 'content-type': contentType };
  const http = httpRequest({ headers, body });
  return outcome(() => inspect(PROTOCOLS[protocol].readRequest(operation, http), { depth: null }));
}

function outcome(give: () => string): string {
  try {
    return give();
  } catch (error) {
    if (error instanceof AwsError) return `${error.status} ${error.code}: ${error.message}`;
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

/** One step for each of the protocol's shapes, with a line for each outcome and the values that have it. */
const table = (
  names: readonly string[],
  protocol: string,
  row: (name: string) => readonly (readonly [value: string, outcome: string])[],
) =>
  names.map((name) => {
    const byOutcome = Map.groupBy(row(name), ([, outcome]) => outcome);
    const lines = [...byOutcome].map(
      ([outcome, values]) => `${values.map(([value]) => value).join('  ')}\n    ${outcome}`,
    );
    return `${protocol} ${name}\n${lines.join('\n')}`;
  });

const NAMES = Object.keys(shapesOf());
const WITHOUT_DOCUMENT = NAMES.filter((name) => name !== 'document');

test('what is read', () => {
  const json = [
    '"x"',
    '""',
    '"YQ=="',
    '"YQ"',
    '"YQ-="',
    'true',
    '1',
    '-1.7',
    '0.0004',
    '1e999',
    '2147483647',
    '2147483648',
    '-2147483649',
    '8640000000000',
    '8640000000000.1',
    '9223372036854775807',
    '1e19',
    'null',
    '[]',
    '{}',
  ].concat([
    '["a",null]',
    '["a",1]',
    '{"k":"v","n":null}',
    '{"k":1}',
    '{"B":"b","C":"c"}',
    '{"B":"b","C":2,"D":3}',
    '{"T":{"B":"b","T":{}}}',
  ]);
  const forms = [
    '',
    'x',
    'true',
    'FALSE',
    '1',
    '+1',
    '-1.5',
    '1.',
    '.5',
    '1e3',
    '1e999',
    '2147483648',
    '8640000000001',
    '9223372036854775807',
    '9999999999999999999',
    '12345678901234567890',
  ].concat(
    ['2026-01-02', '2026-01-02T03:04', '2026-01-02T03:04:05.678', '2026-01-02T03:04:05Z', '2026-13-02'],
    [
      '2026-01-02T03:04:05+01:00',
      '2026-01-02T03:04:05+0100',
      '2026-01-02T03:04:05+1',
      '2026-1-2',
      'January 2, 2026',
      'YQ==',
      'YQ',
      'YQ_=',
      'YWE=',
      'YWFh',
    ],
  );
  const nested = [
    'A.1=a&A.2=b',
    'A.2=b&A.1=a&A.x=c',
    'A.0=a',
    'A.member.1=a&A.member.3=c',
    'A.member=a',
  ].concat(
    [
      'A.member.1.x=a',
      'A.Item.1=a',
      'A.entry.1.key=k&A.entry.1.value=v',
      'A.entry.1.key=k',
      'A.1.K=k&A.1.V=v',
      'A.1.K=k',
    ],
    ['A.B=b&A.C=1', 'A.B=b&A.C=c', 'A.D=d', 'A.B.1=b', 'A=&A.B=b', 'A.T.T.B=b'],
  );
  const tag = (value: unknown) =>
    encode(new Tagged(value), {
      typeEncoders: { Object: (each: unknown) => (each instanceof Tagged ? each.tokens() : null) },
    });
  const cbor = [
    ...['x', '', true, 1, -1.7, 0.0004, null, [], {}, ['a', null], ['a', 1], { k: 'v', n: null }, { k: 1 }],
    ...[{ B: 'b', C: 2 }, { B: 'b', C: 'c' }, { T: { B: 'b', T: {} } }, Buffer.from('a')],
    ...[2_147_483_648, 1e19, 2n ** 64n - 1n],
  ].map((value): [string, Uint8Array] => [inspect(value), encode(value)]);
  cbor.push(['time 1.5', tag(1.5)], ['time 1e13', tag(1e13)], ['time x', tag('x')]);
  const inMap = (value: Uint8Array) => Buffer.concat([Buffer.from([0xa1, 0x61, 0x41]), value]);
  const form = (body: string, name: string, protocol: ProtocolName): [string, string] => [
    body,
    read(operationOf(shapesOf()[name] as Shape, protocol), body, 'application/x-www-form-urlencoded'),
  ];
  const steps = [
    ...table(NAMES, 'awsJson1_1', (name) =>
      json.map((value) => {
        const operation = operationOf(shapesOf()[name] as Shape, 'awsJson1_1');
        return [value, read(operation, `{"A":${value}}`, 'application/x-amz-json-1.1')];
      }),
    ),
    ...(['awsQuery', 'ec2Query'] as const).flatMap((protocol) =>
      table(WITHOUT_DOCUMENT, protocol, (name) =>
        [...forms.map((value) => `A=${encodeURIComponent(value)}`), ...nested].map((body) =>
          form(body, name, protocol),
        ),
      ),
    ),
    ...table(NAMES, 'rpcV2Cbor', (name) =>
      cbor.map(([what, value]) => {
        const operation = operationOf(shapesOf()[name] as Shape, 'rpcV2Cbor');
        return [what, read(operation, inMap(value), 'application/cbor')];
      }),
    ),
  ];
  compareSteps(goldenOf(import.meta.url, 'read'), steps);
});

/** A time, as CBOR has it. */
class Tagged {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }

  tokens(): Token[] {
    const { value } = this;
    const kind = typeof value === 'number' ? Type.float : Type.string;
    return [new Token(Type.tag, 1), new Token(kind, value)];
  }
}

test('what is written', () => {
  const values: Readonly<Record<string, readonly unknown[]>> = {
    string: ['', 'a', '<&>"\'\r\n\t\u0000é', ' a '],
    boolean: [true, false],
    integer: [0, -1],
    long: [Number.MAX_SAFE_INTEGER],
    float: [1.5],
    double: [1e21, Number.NaN, Number.POSITIVE_INFINITY],
    time: [0, 1_700_000_000_000, 1_700_000_000_123],
    seconds: [0, 1_700_000_000_000, 1_700_000_000_123],
    blob: [Buffer.from(''), Buffer.from('ab')],
    list: [[], ['a', '']],
    flat: [[], ['a', '']],
    map: [{}, { k: 'v', x: '' }],
    'flat map': [{}, { k: 'v', x: '' }],
    structure: [{}, { B: 'b', C: 0, D: 'no' }],
    tree: [{ B: 'b', T: { B: 'c', T: {} } }],
    document: [{ a: [1, null] }],
  };
  const services = {
    awsJson1_1: 'kms',
    awsQuery: 'iam',
    ec2Query: 'ec2',
    rpcV2Cbor: 'cloudwatch',
    restJson1: 'ebs',
  } as const;
  const write = (protocol: keyof typeof services, name: string, output: object, more: Partial<Member> = {}) =>
    outcome(() => {
      const operation = operationOf(shapesOf()[name] as Shape, protocol, { responseName: 'a', ...more });
      const reply = PROTOCOLS[protocol].writeResponse(
        serviceShapes(services[protocol]),
        operation,
        output,
        'id',
      );
      const body =
        typeof reply.body === 'string'
          ? reply.body
          : reply.body.toString(protocol === 'rpcV2Cbor' ? 'hex' : 'utf8');
      return `${reply.status} ${JSON.stringify(reply.headers)} ${body}`;
    });
  const steps = Object.keys(services).flatMap((protocol) =>
    table(/Query/.test(protocol) ? WITHOUT_DOCUMENT : NAMES, protocol, (name) => [
      ...(values[name] ?? []).map((A): [string, string] => [
        inspect(A),
        write(protocol as never, name, { A }),
      ]),
      ['nothing', write(protocol as never, name, {})],
    ]),
  );
  const inHeader = ['string', 'integer', 'boolean', 'blob'].map(
    (name) =>
      `${name} ${write('restJson1', name, { A: values[name]?.at(-1) }, { location: 'header', responseName: 'X-A' })}`,
  );
  compareSteps(goldenOf(import.meta.url, 'written'), [...steps, `restJson1 headers\n${inHeader.join('\n')}`]);
});
