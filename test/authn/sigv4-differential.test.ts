import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { posix } from 'node:path';
import { describe, test } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import type { SignedRequest } from '../../src/authn/canonical-request.ts';
import { SigV4Verifier, type VerifyOptions } from '../../src/authn/sigv4.ts';

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const TOKEN = 'IQoJb3JpZ2luX2VjE+Nz/token==';
const verifier = new SigV4Verifier();

/** The hash as the SDK's signer wants it. */
class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array);
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(data as Uint8Array);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    throw new Error('the signer resets no hash');
  }
}

function options(withToken: boolean): VerifyOptions<string> {
  return {
    protocol: 'awsJson1_1',
    service: 'kms',
    nowMs: NOW_MS,
    sessionNowMs: NOW_MS,
    credential: async (id) =>
      id === 'AKIAIOSFODNN7EXAMPLE'
        ? { secret: SECRET, identity: 'alice', ...(withToken ? { sessionToken: TOKEN } : {}) }
        : undefined,
  };
}

async function accepted(request: SignedRequest, withToken: boolean): Promise<boolean> {
  const result = await verifier.verify(request, options(withToken));
  if (!result.verified) return false;
  assert.equal(result.identity, 'alice');
  return true;
}

const text = fc.string({
  unit: fc.constantFrom(...'abzAZ09-_.~ !*\'()+/=&?#%:;@,$é€漢𝄞"<>[]'),
  maxLength: 12,
});
const segment = fc.constantFrom('a', 'key', 'b c', 'é', '漢', '', '.', '..', '~x', 'a+b', 'x%y', "(q)'*!");
const requestArbitrary = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
  path: fc.array(segment.map(encodeURIComponent), { maxLength: 5 }).map((parts) => `/${parts.join('/')}`),
  query: fc.dictionary(
    text.filter((name) => name !== '' && name !== '__proto__'),
    fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
    { maxKeys: 4 },
  ),
  headers: fc.dictionary(
    fc.constantFrom('x-amz-target', 'content-type', 'x-custom', 'amz-sdk-request', 'x-amz-meta'),
    fc.string({ unit: fc.constantFrom('a', 'B', ' ', '  ', '/', ';', '='), maxLength: 10 }),
    { maxKeys: 4 },
  ),
  body: fc.oneof(fc.constant(''), fc.string({ unit: 'grapheme', maxLength: 40 })),
  withToken: fc.boolean(),
});
type Unsigned = typeof requestArbitrary extends fc.Arbitrary<infer T> ? T : never;

function rawQuery(query: Record<string, string | string[]>, encode: (text: string) => string): string {
  return Object.entries(query)
    .flatMap(([name, values]) => [values].flat().map((value) => `${encode(name)}=${encode(value)}`))
    .join('&');
}

function signer(withToken: boolean): SignatureV4 {
  return new SignatureV4({
    service: 'kms',
    region: 'us-east-1',
    sha256: Sha256,
    credentials: {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: SECRET,
      ...(withToken ? { sessionToken: TOKEN } : {}),
    },
  });
}

async function signWithSdk(
  unsigned: Unsigned,
  encode: (text: string) => string = encodeURIComponent,
): Promise<SignedRequest> {
  const signed = await signer(unsigned.withToken).sign(
    {
      method: unsigned.method,
      protocol: 'http:',
      hostname: 'localhost',
      path: unsigned.path,
      query: unsigned.query,
      headers: { host: 'localhost:4566', ...unsigned.headers },
      body: unsigned.body,
    },
    { signingDate: new Date(NOW_MS) },
  );
  return {
    method: signed.method,
    path: signed.path,
    query: rawQuery(unsigned.query, encode),
    headers: signed.headers,
    body: Buffer.from(unsigned.body),
  };
}

async function presignWithSdk(unsigned: Unsigned): Promise<SignedRequest> {
  const signed = await signer(unsigned.withToken).presign(
    {
      method: unsigned.method,
      protocol: 'http:',
      hostname: 'localhost',
      path: unsigned.path,
      query: unsigned.query,
      headers: { host: 'localhost:4566' },
    },
    { signingDate: new Date(NOW_MS), expiresIn: 60 },
  );
  return {
    method: signed.method,
    path: signed.path,
    query: rawQuery(signed.query as Record<string, string>, encodeURIComponent),
    headers: signed.headers,
    body: Buffer.alloc(0),
  };
}

describe('requests signed by the JavaScript SDK', () => {
  test('are accepted, whatever the path, query, headers and body', async () => {
    await fc.assert(
      fc.asyncProperty(requestArbitrary, async (unsigned) => {
        assert.ok(await accepted(await signWithSdk(unsigned), unsigned.withToken));
      }),
      { numRuns: 300 },
    );
  });

  test('are accepted however the client chose to encode the query', async () => {
    const plus = (value: string) => encodeURIComponent(value).replaceAll('%20', '+');
    const lowerCase = (value: string) =>
      encodeURIComponent(value).replace(/%../g, (hex) => hex.toLowerCase());
    await fc.assert(
      fc.asyncProperty(requestArbitrary, fc.constantFrom(plus, lowerCase), async (unsigned, encode) => {
        assert.ok(await accepted(await signWithSdk(unsigned, encode), unsigned.withToken));
      }),
      { numRuns: 100 },
    );
  });

  test('are accepted as presigned URLs', async () => {
    await fc.assert(
      fc.asyncProperty(requestArbitrary, async (unsigned) => {
        assert.ok(await accepted(await presignWithSdk(unsigned), unsigned.withToken));
      }),
      { numRuns: 150 },
    );
  });

  test('are refused once any one bit has changed', async () => {
    let changed = 0;
    await fc.assert(
      fc.asyncProperty(
        requestArbitrary,
        fc.boolean(),
        fc.nat(),
        fc.nat(),
        fc.nat({ max: 6 }),
        async (unsigned, presigned, partSeed, byteSeed, bit) => {
          const request = await (presigned ? presignWithSdk(unsigned) : signWithSdk(unsigned));
          const mutated = flipBit(request, partSeed, byteSeed, bit);
          if (meaning(mutated) === meaning(request)) return;
          changed += 1;
          assert.ok(!(await accepted(mutated, unsigned.withToken)), JSON.stringify(mutated));
        },
      ),
      { numRuns: 600 },
    );
    assert.ok(changed > 300, `only ${changed} requests were changed`);
  });
});

function flipBit(request: SignedRequest, partSeed: number, byteSeed: number, bit: number): SignedRequest {
  const flip = (value: string) => flipped(Buffer.from(value, 'latin1'), byteSeed, bit).toString('latin1');
  const names = Object.keys(request.headers);
  const part = partSeed % (names.length + 4);
  if (part === 0) return { ...request, method: flip(request.method) };
  if (part === 1) return { ...request, path: flip(request.path) };
  if (part === 2) return { ...request, query: flip(request.query) };
  if (part === 3) return { ...request, body: flipped(request.body, byteSeed, bit) };
  const name = names[part - 4] as string;
  return { ...request, headers: { ...request.headers, [name]: flip(request.headers[name] as string) } };
}

function flipped(bytes: Buffer, byteSeed: number, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) copy[byteSeed % copy.length]! ^= 1 << bit;
  return copy;
}

/** Two requests that mean the same, such as `%2f` and `%2F`, may share a signature. */
function meaning(request: SignedRequest): string {
  const query = request.query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name, ...value] = pair.split('=');
      return [name, value.join('=')].map((part) => unescape((part ?? '').replaceAll('+', ' ')));
    });
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    // Between the parameters of an Authorization header any mix of commas and spaces will do.
    value.trim().replace(name === 'authorization' ? /[\s,]+/g : /\s+/g, ' '),
  ]);
  return JSON.stringify([
    request.method,
    posix.normalize(`/${request.path}`),
    query.sort(),
    headers,
    request.body.toString('latin1'),
  ]);
}

const BOTOCORE_SIGNER = `
import json, sys, datetime
import botocore.auth as auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
now = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
auth.get_current_datetime = lambda remove_tzinfo=True: now.replace(tzinfo=None) if remove_tzinfo else now
out = []
for case in json.load(sys.stdin):
    token = case['token']
    credentials = Credentials('AKIAIOSFODNN7EXAMPLE', case['secret'], token)
    url = 'http://localhost:4566' + case['path'] + ('?' + case['query'] if case['query'] else '')
    request = AWSRequest(case['method'], url, headers=case['headers'], data=case['body'].encode() or None)
    if case['presigned']:
        auth.SigV4QueryAuth(credentials, 'kms', 'us-east-1', expires=60).add_auth(request)
    else:
        auth.SigV4Auth(credentials, 'kms', 'us-east-1').add_auth(request)
    prepared = request.prepare()
    out.append({'url': prepared.url, 'headers': {k.lower(): v for k, v in prepared.headers.items()}})
json.dump(out, sys.stdout)
`;

const botocore = spawnSync('python3', ['-c', 'import botocore.auth']).status === 0;

describe('requests signed by botocore', {
  skip: botocore ? false : 'python3 with botocore is not installed',
}, () => {
  test('are accepted, signed in the header and presigned', async () => {
    const cases = fc.sample(fc.tuple(requestArbitrary, fc.boolean()), { numRuns: 120, seed: 7 });
    const input = cases.map(([unsigned, presigned]) => ({
      ...unsigned,
      presigned,
      // botocore turns the form of a presigned POST into its query, which is no part of this test.
      method: presigned ? 'GET' : unsigned.method,
      body: presigned ? '' : unsigned.body,
      headers: presigned ? {} : unsigned.headers,
      query: rawQuery(unsigned.query, strictEncode),
      token: unsigned.withToken ? TOKEN : null,
      secret: SECRET,
    }));
    const output = execFileSync('python3', ['-c', BOTOCORE_SIGNER], { input: JSON.stringify(input) });
    const signed = JSON.parse(output.toString()) as { url: string; headers: Record<string, string> }[];
    assert.equal(signed.length, cases.length);
    for (const [index, { url, headers }] of signed.entries()) {
      const unsigned = input[index]!;
      const target = url.slice('http://localhost:4566'.length);
      const [path, ...query] = target.split('?');
      const request: SignedRequest = {
        method: unsigned.method,
        path: path as string,
        query: query.join('?'),
        headers: { host: 'localhost:4566', ...headers },
        body: Buffer.from(unsigned.body),
      };
      assert.ok(await accepted(request, unsigned.token !== null), JSON.stringify(request));
    }
  });
});

/** RFC 3986's encoding, since botocore signs the query as it stands in the URL. */
function strictEncode(value: string): string {
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
