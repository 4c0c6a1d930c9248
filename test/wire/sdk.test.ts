/**
 * Differential against the official SDK: every operation whose shape is known, in both directions. What the SDK's
 * serializers write is read as the same input; what the codecs write is read by its deserializers as the same output.
 */
import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { emptyListingNames } from '../../src/service-kit/empty-listings.ts';
import { type ServiceId, serviceIds, serviceShapes } from '../../src/shapes/services.ts';
import type { OperationShape, Shape } from '../../src/shapes/shape.ts';
import type { HttpRequest, HttpResponse } from '../../src/wire/http.ts';
import { route } from '../../src/wire/route.ts';
import { type Send, sdkClient } from './sdk-client.ts';
import { arbitraryValue } from './values.ts';

const SAMPLES = 2;

/** Any text that JSON and forms can carry. */
const ANY_TEXT = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 });

/** Text that XML can hold; the SDK's parser takes blanks at the ends away. */
const XML_TEXT = fc
  .string({
    unit: fc.constantFrom('a', 'é', '&', '<', '>', '"', "'", ']]>', '日', '😀', '\r', '\n', '\t', '0'),
  })
  .map((text) => `(${text})`);

/** Members that the SDK makes something else of than a parameter. */
const REWRITTEN: Readonly<Record<string, readonly string[]>> = {
  // It signs a URL for the other region.
  CopySnapshot: ['PresignedUrl', 'DestinationRegion'],
  // It becomes a part of the host name.
  PutEvents: ['EndpointId'],
};

for (const id of serviceIds) {
  const service = serviceShapes(id);
  const operations = service.operationNames.flatMap((name) => service.operation(name) ?? []);
  const xml = service.protocol === 'awsQuery' || service.protocol === 'ec2Query';

  describe(`${id} as the JavaScript SDK speaks it`, () => {
    test(`all ${operations.length} operations are read as they were sent`, async () => {
      // EC2's clients leave empty lists out.
      const options = { text: ANY_TEXT, shortestList: id === 'ec2' ? 1 : 0 };
      for (const operation of operations) {
        for (const input of inputs(operation, options, SAMPLES)) {
          const http = await captureRequest(id, operation, input);
          const routed = route(http);
          assert.equal(
            routed.operation,
            operation,
            `${operation.name} is routed to ${routed.error?.message}`,
          );
          const read = withoutRewritten(operation, routed.protocol.readRequest(operation, http));
          assert.deepEqual(plain(read), plain(input), operation.name);
        }
      }
    });

    test(`all ${operations.length} operations are answered so that it reads what was written`, async () => {
      const whole = id === 'iam' || id === 'sts';
      const options = { text: xml ? XML_TEXT : ANY_TEXT, shortestList: 0, whole };
      // Of what is always empty no shape of an item is kept.
      const empty = new Set(emptyListingNames(id));
      for (const operation of operations.filter(({ name }) => !empty.has(name))) {
        const [input] = inputs(operation, { text: ANY_TEXT, shortestList: 1 }, 1);
        for (const output of fc.sample(arbitraryValue(operation.output, options), {
          numRuns: SAMPLES,
          seed: 7,
        })) {
          answers.set(id, (http) =>
            route(http).protocol.writeResponse(service, operation, output as object, 'the-request-id'),
          );
          const { $metadata, ...received } = await send(id, operation, input!);
          assert.equal(($metadata as { requestId: string }).requestId, 'the-request-id', operation.name);
          assert.deepEqual(plain(await readStreams(received)), plain(output), operation.name);
        }
      }
    });
  });
}

/** One client for each service, for it takes a while to make; what it is answered changes from call to call. */
const answers = new Map<ServiceId, (http: HttpRequest) => HttpResponse>();
const clients = new Map<ServiceId, Send>();

function send(id: ServiceId, operation: OperationShape, input: object) {
  let client = clients.get(id);
  if (!client) {
    client = sdkClient(id, (http) => answers.get(id)!(http));
    clients.set(id, client);
  }
  return client(operation.name, toSdk(operation.input, input) as object);
}

async function captureRequest(id: ServiceId, operation: OperationShape, input: object): Promise<HttpRequest> {
  let captured: HttpRequest | undefined;
  answers.set(id, (http) => {
    captured = http;
    return { status: 200, headers: {}, body: '' };
  });
  // What the SDK makes of the empty answer is of no interest here.
  const failure = await send(id, operation, input).catch((error) => error);
  assert.ok(captured, `${operation.name} was not sent: ${failure}`);
  return captured;
}

type Options = Parameters<typeof arbitraryValue>[1];

function inputs(operation: OperationShape, options: Options, numRuns: number): object[] {
  const samples = fc.sample(arbitraryValue(operation.input, options), { numRuns, seed: 7 });
  return samples.map((sample) => withoutRewritten(operation, sample as object));
}

function withoutRewritten(operation: OperationShape, value: object): object {
  const names = REWRITTEN[operation.name] ?? [];
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

/** The SDK takes Date where we have milliseconds. */
function toSdk(shape: Shape, value: unknown): unknown {
  switch (shape.type) {
    case 'timestamp':
      return new Date(value as number);
    case 'list':
      return (value as unknown[]).map((item) => toSdk(shape.member, item));
    case 'map':
      return mapValues(value as object, (item) => toSdk(shape.value, item));
    case 'structure': {
      const shapes = new Map(shape.members.map((member) => [member.name, member.shape]));
      return mapValues(value as object, (item, name) => toSdk(shapes.get(name)!, item));
    }
    default:
      return value;
  }
}

/** One form for what both sides hold: milliseconds, hexadecimal, no undefined members. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (value instanceof Uint8Array) return `bytes:${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return mapValues(Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)), plain);
}

function mapValues(object: object, map: (value: unknown, key: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}

async function readStreams(output: Record<string, unknown>): Promise<Record<string, unknown>> {
  const entries = Object.entries(output).map(async ([name, value]) => {
    const isStream = typeof value === 'object' && value !== null && 'pipe' in value;
    return [name, isStream ? await buffer(value as never) : value];
  });
  return Object.fromEntries(await Promise.all(entries));
}
