/**
 * What is fuzzed, each with what must hold of every input: that it ends in time and says no more than it may, and what it
 * means by another way of telling.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AuthenticationRefusal } from '../../src/authn/authentication-error.ts';
import { readSignatureClaim } from '../../src/authn/signature-claim.ts';
import { AwsError } from '../../src/aws/aws-error.ts';
import { parseBoundedJson } from '../../src/aws/bounded-json.ts';
import type { BlockDevice } from '../../src/dataplane/device/device.ts';
import { Handshake } from '../../src/dataplane/nbd/handshake.ts';
import { Transmission } from '../../src/dataplane/nbd/transmission.ts';
import { decodeFrames, encodeBatch, encodeFrame, SYNCED_FRAME } from '../../src/dataplane/volume/journal.ts';
import { systemTurns } from '../../src/platform/node/index.ts';
import { decide } from '../../src/policy/evaluate.ts';
import { internPolicy } from '../../src/policy/intern.ts';
import { readTemplate } from '../../src/services/cloudformation/template/template.ts';
import { compilePattern } from '../../src/services/events/pattern/event-pattern.ts';
import { JsonFault } from '../../src/services/events/pattern/json-text.ts';
import { parseFilterPattern } from '../../src/services/logs/filter-pattern/filter-pattern.ts';
import { formOf, parameter, routingParameter } from '../../src/wire/protocols/form.ts';
import { escapeXml } from '../../src/wire/protocols/xml-writer.ts';
import { inputs, request } from '../policy/generators.ts';
import { decideNaively } from '../policy/naive/decision.ts';
import { formRequest } from '../worlds/http-request.ts';
import { httpTarget } from './http-target.ts';
import { importTarget } from './import-target.ts';
import { longTextsTarget } from './long-texts-target.ts';
import { jsonLike, textsAndJsonLike, textsLike } from './texts.ts';

export interface Target<T = unknown> {
  readonly input: fc.Arbitrary<T>;
  /** How many inputs `npm test` tries, where each takes long. */
  readonly runs?: number;
  /** Makes what it runs on, where that is not there yet. */
  begin?(): Promise<void>;
  /** Throws where something does not hold. What it does in vain must be refused as `refusals` say. */
  check(input: T): void | Promise<void>;
  /** Ends what it runs on. */
  end?(): Promise<void>;
}

const target = <T>(input: fc.Arbitrary<T>, check: Target<T>['check']): Target => ({
  input,
  check: check as Target['check'],
});

/** An error that a caller may meet; anything else is a defect. */
function refused(expected: readonly (new (...args: never[]) => Error)[], work: () => void): boolean {
  try {
    work();
    return false;
  } catch (error) {
    // A stack that overflows is never an answer.
    if (!(error instanceof RangeError) && expected.some((kind) => error instanceof kind)) return true;
    throw error;
  }
}

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['kms:*', 'ec2:Run*'],
      Resource: 'arn:aws:kms:*:123456789012:key/*',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
      Condition: { StringLike: { 'aws:PrincipalTag/team': ['${aws:username}', 'a*b?c'] } },
    },
  ],
});

const TEMPLATES = [
  JSON.stringify({
    Parameters: { P: { Type: 'String', Default: 'x' } },
    Conditions: { C: { 'Fn::Equals': [{ Ref: 'P' }, 'x'] } },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Fn::Sub
    Resources: { G: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: { 'Fn::Sub': '${P}-g' } } } },
    Outputs: { O: { Value: { 'Fn::GetAtt': ['G', 'Arn'] } } },
  }),
  'Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties: &a\n      Description: !Sub "x-$AWS"\n  Other: *a\n',
];

const PATTERN = JSON.stringify({
  source: ['aws.ec2', { prefix: 'x' }],
  detail: {
    n: [{ numeric: ['>', 0, '<=', 5] }],
    $or: [{ a: [{ wildcard: 'a*b' }] }, { b: [{ exists: false }] }],
  },
});
const EVENT = { source: 'aws.ec2', detail: { n: 3, a: ['axb', 'y'], c: { d: null } } };

/** A device without blocks: reads are zeros, and writes are taken. */
const emptyDevice: BlockDevice = {
  sizeBytes: 1 << 20,
  unitBytes: 4096,
  read: (batch) => batch.forEach(({ bytes }) => void bytes.fill(0)),
  write: () => {},
  trim: () => {},
  writeZeroes: () => {},
  visitStretches: (offset, length, visit) => visit(offset, length, false),
  flush: async () => {},
};

const JOURNAL = Buffer.concat([
  encodeBatch([
    encodeFrame('header', { format: 'latchkey-lineage-1', unitBytes: 4096, encrypted: false }),
    encodeFrame('catalog', { change: 'create', image: 1, name: 'vol-1', kind: 'volume', sizeBytes: 1 << 20 }),
  ]),
  SYNCED_FRAME,
  encodeBatch([encodeFrame('clusters', Uint32Array.of(1, 0, 0, 1, 1, 1, 1, 3))]),
  SYNCED_FRAME,
]);

const bytes = fc.uint8Array({ maxLength: 4096 });

export const TARGETS: Readonly<Record<string, Target>> = {
  policies: target(fc.tuple(inputs, request), ([policies, asked]) => {
    const { by: _by, ...decision } = { by: undefined, ...decide(policies, asked) };
    assert.deepEqual(decision, decideNaively(policies, asked));
  }),

  'policy-texts': target(textsAndJsonLike(POLICY), (text) => {
    for (const kind of ['identity', 'resource'] as const) internPolicy(text, kind);
  }),

  json: target(textsLike(POLICY, '{"a":[1,2,{"b":"\\u00e9\\\\"}]}'), (text) => {
    let value: unknown;
    if (!refused([SyntaxError], () => (value = parseBoundedJson(text)))) {
      assert.deepEqual(value, JSON.parse(text));
    }
  }),

  http: httpTarget() as Target,

  forms: target(
    textsLike('Action=RunInstances&Version=2016-11-15&Tag.1.Key=a&Tag.1.Value=b%20c', 'Version=1&Action=x'),
    (text) => {
      const http = formRequest(text);
      let routed: string | undefined;
      if (refused([AwsError], () => (routed = routingParameter(http, 'Action')))) return;
      let form: string | undefined;
      if (refused([AwsError], () => (form = parameter(formOf(http), 'Action')))) return;
      // A name may be written with escapes, which routing does not look for; and it reads no more than a name takes: of a value,
      // 256 bytes as sent, which are a third as many where all are escaped.
      if (routed !== undefined && Buffer.byteLength(form ?? '') <= 85) assert.equal(routed, form);
    },
  ),

  xml: target(textsLike('plain', '<a b="c">&amp;</a>'), (text) => {
    const escaped = escapeXml(text);
    assert.doesNotMatch(escaped, /<|&(?!(?:amp|lt|gt|quot|apos|#x?[0-9a-fA-F]+);)/);
    // XML 1.0 has no place for other controls, not even as references.
    for (const character of escaped) assert.ok(character >= ' ' || '\t\n\r'.includes(character));
  }),

  signatures: target(
    textsLike(
      'AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260101/us-east-1/kms/aws4_request, SignedHeaders=host;x-amz-date, Signature=00',
    ),
    (authorization) => {
      const headers = { authorization, host: 'localhost', 'x-amz-date': '20260101T000000Z' };
      refused([AuthenticationRefusal], () =>
        readSignatureClaim({ method: 'POST', path: '/', query: '', headers, body: Buffer.alloc(0) }),
      );
    },
  ),

  'event-patterns': target(textsAndJsonLike(PATTERN), (text) => {
    let matches = false;
    if (refused([JsonFault], () => (matches = compilePattern(text).matches(EVENT)))) return;
    assert.equal(typeof matches, 'boolean');
  }),

  'filter-patterns': target(
    textsLike(
      'ERROR -debug ?warn "two words"',
      '[a, b = 4*, ..., c]',
      '{ $.a.b[0] = "x*" && ($.n > 3 || !$.c) }',
    ),
    (text) => {
      refused([AwsError], () => {
        const filter = parseFilterPattern(text);
        for (const message of ['ERROR two words', '{"a":{"b":["xy"]},"n":4}', 'a '.repeat(500)])
          filter(message);
      });
    },
  ),

  templates: target(fc.oneof(textsLike(...TEMPLATES), jsonLike(TEMPLATES[0] as string)), (text) => {
    refused([AwsError], () => void readTemplate(text));
  }),

  nbd: target(fc.array(bytes, { maxLength: 6 }), async (parts) => {
    const handshake = new Handshake({ name: 'vol-1', sizeBytes: 1 << 20, unitBytes: 4096 }, () => {});
    const transmission = new Transmission(
      emptyDevice,
      { structuredReplies: true, allocationContext: true },
      { isCongested: false, send: (_parts, sent) => sent() },
      systemTurns,
    );
    for (const part of parts) {
      handshake.receive(Buffer.from(part));
      // Each part begins as a request does, so that more than the magic is read.
      const asRequest = Buffer.concat([Buffer.from('25609513', 'hex'), Buffer.from(part)]);
      transmission.receive(asRequest);
    }
    await transmission.drained();
  }),

  journals: target(fc.tuple(fc.nat(JOURNAL.length - 1), fc.integer({ min: 1, max: 255 })), ([at, mask]) => {
    const spoilt = Buffer.from(JOURNAL);
    spoilt[at] = (spoilt[at] as number) ^ mask;
    const placed: number[] = [];
    const reader = {
      header: () => {},
      catalog: () => {},
      clusters: (entries: Uint32Array) => placed.push(...entries),
    };
    const { isDamaged, bytes: whole } = decodeFrames(spoilt, reader);
    const lastMark = JOURNAL.length - SYNCED_FRAME.length;
    // A byte of what was promised is found out; one of the last mark costs nothing.
    if (at < lastMark) assert.ok(isDamaged, `a change of byte ${at} is taken for a torn tail`);
    else assert.deepEqual([whole, placed.length], [lastMark, 8]);
  }),

  'import-files': importTarget() as Target,

  'long-texts': longTextsTarget() as Target,
};
