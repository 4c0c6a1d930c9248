/**
 * Differential against botocore (the AWS CLI and boto3), where Python and it are installed. It serializes inputs that
 * the codecs must read back, and parses the outputs and errors that they write. What only one side's API model has
 * (the two are of different days) is left aside.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { AwsError } from '../../src/aws/aws-error.ts';
import { emptyListingNames } from '../../src/service-kit/empty-listings.ts';
import { serviceIds, serviceShapes } from '../../src/shapes/services.ts';
import type { ServiceShapes, StructureShape } from '../../src/shapes/shape.ts';
import type { HttpRequest } from '../../src/wire/http.ts';
import { PROTOCOLS, route } from '../../src/wire/route.ts';
import { httpRequest } from '../worlds/http-request.ts';
import { arbitraryValue } from './values.ts';

interface Case {
  readonly service: string;
  readonly operation: string;
  /** botocore's name of one that it would not choose itself. */
  readonly protocol?: string;
  readonly input?: unknown;
  readonly answer?: { status: number; headers: object; body: string };
}

interface Result {
  readonly unknown?: true;
  readonly request?: {
    method: string;
    path: string;
    query: string;
    headers: Record<string, string>;
    body: string;
  };
  readonly parsed?: { output?: unknown; requestId?: string; code?: string; message?: string } | null;
}

const IMPORTED = "import botocore.serialize as s; s.SERIALIZERS['smithy-rpc-v2-cbor']";
const isKnown = spawnSync('python3', ['-c', IMPORTED]).status === 0;
const skip = isKnown ? false : 'botocore is not installed, or too old to speak CBOR';

function botocore(cases: readonly Case[]): Result[] {
  const script = fileURLToPath(new URL('speak-botocore.py', import.meta.url));
  const options = { input: JSON.stringify(cases), maxBuffer: 1 << 28 };
  const { status, stdout, stderr } = spawnSync('python3', [script], options);
  assert.equal(status, 0, String(stderr));
  return JSON.parse(String(stdout)) as Result[];
}

const TEXT = fc
  .string({ unit: fc.constantFrom('a', 'é', '&', '<', '"', "'", '日', '😀', '%', '+', '=') })
  .map((t) => `(${t})`);

/** How each service is spoken to: as botocore chooses, and in what newer clients choose beside that. */
const spoken = serviceIds.flatMap((id) => {
  const service = serviceShapes(id);
  const chosen = { service, name: service.protocol, protocol: undefined };
  const cbor = { service, name: 'rpcV2Cbor', protocol: 'smithy-rpc-v2-cbor' } as const;
  return id === 'cloudwatch' ? [chosen, cbor] : [chosen];
});

const all = spoken.flatMap((way) =>
  way.service.operationNames.flatMap((name) => {
    const operation = way.service.operation(name);
    return operation ? [{ ...way, operation }] : [];
  }),
);

/** Of what is always empty no shape of an item is kept; of CBOR's answers without a body botocore reads nothing at all. */
const answered = all.filter(
  ({ service, operation, protocol }) =>
    !emptyListingNames(service.id).includes(operation.name) && !(protocol && operation.output.absent),
);

/** botocore sends whole seconds, and takes for integers what the SDK's schemas call numbers. */
const OPTIONS = { text: TEXT, shortestList: 1, whole: true };

function sample(shape: StructureShape): object {
  const [value] = fc.sample(arbitraryValue(shape, OPTIONS), { numRuns: 1, seed: 11 });
  return value as object;
}

/** As JSON carries it to Python: bytes in base64. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** Drops from `value` what `model` has not: members that only the newer API model knows. */
function common(value: unknown, model: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(model))
    return value.map((item, index) => common(item, model[index]));
  if (typeof value !== 'object' || value === null || typeof model !== 'object' || model === null)
    return value;
  const entries = Object.entries(value).filter(([key]) => key in model);
  return Object.fromEntries(
    entries.map(([key, item]) => [key, common(item, (model as Record<string, unknown>)[key])]),
  );
}

function signed(service: ServiceShapes, request: Result['request'] & object): HttpRequest {
  const credential = `AKID/20260101/us-east-1/${service.signingName}/aws4_request`;
  const headers = {
    'content-type': FORM,
    ...request.headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}`,
  };
  return httpRequest({ ...request, headers, body: Buffer.from(request.body, 'base64') });
}

/** botocore sets it on the way out, after serialization. */
const FORM = 'application/x-www-form-urlencoded; charset=utf-8';

describe('as botocore speaks it', { skip }, () => {
  test('inputs are read as they were sent', () => {
    const cases = all.map(({ service, operation, protocol }) => ({
      service: service.id,
      operation: operation.name,
      protocol,
      input: plain(sample(operation.input)),
    }));
    const results = botocore(cases);
    const compared = all.filter(({ service, operation }, index) => {
      const { request } = results[index]!;
      if (!request) return false;
      const http = signed(service, request);
      const routed = route(http);
      assert.equal(routed.operation, operation, `${operation.name} is routed to ${routed.error?.message}`);
      const read = plain(routed.protocol.readRequest(operation, http));
      assert.deepEqual(read, common(cases[index]!.input, read), `${service.id}:${operation.name}`);
      const membersRead = Object.keys(read as object).length;
      return membersRead > 0 || operation.input.members.length === 0;
    });
    assert.ok(compared.length > 600, `${compared.length} of ${all.length} operations compared`);
  });

  test('outputs read as they were written', () => {
    const cases = answered.map(({ service, operation, name, protocol }) => {
      const output = sample(operation.output);
      const response = PROTOCOLS[name].writeResponse(service, operation, output, 'the-request-id');
      const body = Buffer.from(response.body).toString('base64');
      const answer = { status: response.status, headers: response.headers, body };
      return { service: service.id, operation: operation.name, protocol, answer, output: plain(output) };
    });
    const results = botocore(cases);
    const compared = cases.filter(({ service, operation, output }, index) => {
      const { parsed } = results[index]!;
      if (!parsed) return false;
      assert.equal(parsed.requestId, 'the-request-id', operation);
      assert.deepEqual(parsed.output, common(output, parsed.output), `${service}:${operation}`);
      return Object.keys(parsed.output as object).length > 0;
    });
    assert.ok(compared.length > 430, `${compared.length} of ${answered.length} operations compared`);
  });

  test('errors read as they were written', () => {
    const error = new AwsError('LimitExceeded', 'No more than <5> & "6"', 409);
    const cases = spoken.map(({ service, name, protocol }) => {
      const { status, headers, body } = PROTOCOLS[name].writeError(service, error, 'id');
      const operation = service.operationNames.find((name) => service.operation(name))!;
      return {
        service: service.id,
        operation,
        protocol,
        answer: { status, headers, body: Buffer.from(body).toString('base64') },
      };
    });
    for (const { parsed } of botocore(cases)) {
      assert.equal(parsed?.code, error.code);
      assert.equal(parsed?.message, error.message);
    }
  });
});
