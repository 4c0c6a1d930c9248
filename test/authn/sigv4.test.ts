import assert from 'node:assert/strict';
import crypto, { createHmac, hash } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { describe, test } from 'node:test';
import type { SignedRequest } from '../../src/authn/canonical-request.ts';
import { type Credential, SigV4Verifier, type VerifyOptions } from '../../src/authn/sigv4.ts';
import type { ProtocolName } from '../../src/shapes/shape.ts';

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const MINUTE_MS = 60_000;
const INVALID = 'The security token included in the request is invalid';
const EXPIRED = 'The security token included in the request is expired';
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret ' +
  'Access Key and signing method. Consult the service documentation for details.';
const EC2_FAILURE = 'AWS was not able to validate the provided access credentials';

const credentials: Record<string, Credential<string>> = {
  AKIAALICE: { secret: 'alice-secret', identity: 'alice' },
  ASIAROLE: { secret: 'role-secret', identity: 'role', sessionToken: 'tok/en==', expiresAtMs: NOW_MS + 1 },
};

const verifier = new SigV4Verifier();

function verify(request: SignedRequest, changes: Partial<VerifyOptions<string>> = {}) {
  return verifier.verify(request, {
    protocol: 'awsJson1_1',
    service: 'kms',
    nowMs: NOW_MS,
    sessionNowMs: NOW_MS,
    credential: async (id) => credentials[id],
    ...changes,
  });
}

interface Signing {
  id?: string;
  secret?: string;
  date?: string;
  scope?: string;
  headers?: Record<string, string>;
  signed?: string[];
  payload?: string;
  /** The canonical headers, where others are signed than are sent. */
  lines?: string;
  body?: string;
  /** As it is sent, and as it is signed. */
  query?: readonly [sent: string, canonical: string];
}

/** Signs a POST to `/` by hand, so that each part can be wrong. */
function sign(signing: Signing = {}): SignedRequest {
  const date = signing.date ?? '20260102T030405Z';
  const scope = signing.scope ?? `${date.slice(0, 8)}/us-east-1/kms/aws4_request`;
  const body = signing.body ?? '{}';
  const headers: Record<string, string> = {
    host: 'localhost:4566',
    'x-amz-date': date,
    'x-amz-target': 'TrentService.ListKeys',
    ...signing.headers,
  };
  const signed = signing.signed ?? Object.keys(headers).sort();
  const payload = signing.payload ?? headers['x-amz-content-sha256'] ?? hash('sha256', body);
  const lines = signing.lines ?? signed.map((name) => `${name}:${headers[name]}\n`).join('');
  const [query, canonicalQuery] = signing.query ?? ['', ''];
  const canonical = `POST\n/\n${canonicalQuery}\n${lines}\n${signed.join(';')}\n${payload}`;
  const signature = signatureOf(signing.secret ?? 'alice-secret', scope, date, canonical);
  headers.authorization =
    `AWS4-HMAC-SHA256 Credential=${signing.id ?? 'AKIAALICE'}/${scope}, ` +
    `SignedHeaders=${signed.join(';')}, Signature=${signature}`;
  return { method: 'POST', path: '/', query, headers, body: Buffer.from(body) };
}

interface Presigning {
  id?: string;
  secret?: string;
  service?: string;
  date?: string;
  expires?: string;
  /** Of the query, beside those that a presigned URL has. */
  parameters?: readonly (readonly [name: string, value: string])[];
  headers?: Record<string, string>;
  body?: string;
  /** What the signature covers in place of the hash of the body. */
  payload?: string;
}

/** A presigned GET of `/`, signed by hand. */
function presign(signing: Presigning = {}): SignedRequest {
  const { id = 'AKIAALICE', secret = 'alice-secret', service = 'kms', body = '' } = signing;
  const date = signing.date ?? '20260102T030405Z';
  const scope = `${date.slice(0, 8)}/us-east-1/${service}/aws4_request`;
  const headers: Record<string, string> = { host: 'localhost', ...signing.headers };
  const signed = Object.keys(headers).sort();
  const pairs: (readonly [string, string])[] = [
    ['Action', 'GetCallerIdentity'],
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${id}/${scope}`],
    ['X-Amz-Date', date],
    ...(signing.expires === undefined ? [] : [['X-Amz-Expires', signing.expires] as const]),
    ['X-Amz-SignedHeaders', signed.join(';')],
    ...(signing.parameters ?? []),
  ];
  const encoded = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const lines = signed.map((name) => `${name}:${headers[name]}\n`).join('');
  const payload = signing.payload ?? hash('sha256', body);
  const canonical = `GET\n/\n${encoded.toSorted().join('&')}\n${lines}\n${signed.join(';')}\n${payload}`;
  const signature = signatureOf(secret, scope, date, canonical);
  const query = `${encoded.join('&')}&X-Amz-Signature=${signature}`;
  return { method: 'GET', path: '/', query, headers, body: Buffer.from(body) };
}

function signatureOf(secret: string, scope: string, date: string, canonical: string): string {
  let key: Buffer = Buffer.from(`AWS4${secret}`);
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  return createHmac('sha256', key)
    .update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash('sha256', canonical)}`)
    .digest('hex');
}

function withHeader(name: string, value: string | undefined): SignedRequest {
  const request = sign();
  const headers: Record<string, string> = { ...request.headers };
  if (value === undefined) delete headers[name];
  else headers[name] = value;
  return { ...request, headers };
}

async function refusal(request: SignedRequest, changes: Partial<VerifyOptions<string>> = {}) {
  const result = await verify(request, changes);
  assert.ok(!result.verified, 'the request was accepted');
  return result.error;
}

async function assertRefused(
  request: SignedRequest,
  code: string,
  message: string,
  changes: Partial<VerifyOptions<string>> = {},
) {
  const error = await refusal(request, changes);
  assert.deepEqual({ code: error.code, message: error.message }, { code, message });
}

describe('a signature', () => {
  test('says who signed, and where', async () => {
    assert.deepEqual(await verify(sign()), {
      verified: true,
      accessKeyId: 'AKIAALICE',
      region: 'us-east-1',
      service: 'kms',
      identity: 'alice',
    });
  });

  test('covers an unsigned payload only when the client says so', async () => {
    const unsigned = sign({ headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } });
    assert.ok((await verify({ ...unsigned, body: Buffer.from('anything') })).verified);
    const hashed = sign({ headers: { 'x-amz-content-sha256': hash('sha256', '{}') } });
    assert.ok((await verify(hashed)).verified);
    await assertRefused({ ...hashed, body: Buffer.from('{ }') }, 'InvalidSignatureException', MISMATCH);
    await assertRefused({ ...sign(), body: Buffer.from('{ }') }, 'InvalidSignatureException', MISMATCH);
    const streaming = sign({ headers: { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' } });
    await assertRefused(streaming, 'InvalidSignatureException', MISMATCH);
  });

  test('covers the query, each part as a name and a value, either of which may be empty', async () => {
    for (const query of [
      ['b=2&a=1', 'a=1&b=2'],
      ['a=2&a=1', 'a=1&a=2'],
      ['a&&=x', '=x&a='],
      ['=', '='],
      ['a=b=c', 'a=b%3Dc'],
    ] as const) {
      assert.ok((await verify(sign({ query }))).verified, query[0]);
    }
    await assertRefused({ ...sign(), query: '=x' }, 'InvalidSignatureException', MISMATCH);
  });

  test('may have a part without a name beside it', async () => {
    const { authorization } = sign().headers;
    assert.ok((await verify(withHeader('authorization', `${authorization}, =x`))).verified);
  });

  test('cannot be lifted onto another payload by claiming that its payload was unsigned', async () => {
    const request = withHeader('x-amz-content-sha256', 'UNSIGNED-PAYLOAD');
    await assertRefused(request, 'InvalidSignatureException', MISMATCH);
  });

  test('covers the payload that its hash header names, and no other', async () => {
    const [sent, other] = [hash('sha256', '{}'), hash('sha256', 'other')];
    assert.ok((await verify(sign({ headers: { 'x-amz-content-sha256': sent } }))).verified);
    for (const payload of [sent, other]) {
      const error = await refusal(sign({ headers: { 'x-amz-content-sha256': other }, payload }));
      assert.equal(error.message, MISMATCH, payload);
    }
  });

  test('names each header once, in order: another form of the list is no canonical one', async () => {
    for (const signed of [
      ['host', 'host', 'x-amz-date', 'x-amz-target'],
      ['host', 'x-amz-date', 'x-amz-target', 'x-amz-target'],
      ['x-amz-date', 'host', 'x-amz-target'],
    ])
      await assertRefused(sign({ signed }), 'InvalidSignatureException', MISMATCH);
  });

  test('is compared in constant time, and so is a session token', async (t) => {
    const compared: [string, string][] = [];
    const { timingSafeEqual } = crypto;
    t.after(() => {
      crypto.timingSafeEqual = timingSafeEqual;
      syncBuiltinESMExports();
    });
    crypto.timingSafeEqual = (one, other) => {
      compared.push([
        Buffer.from(one as Uint8Array).toString('hex'),
        Buffer.from(other as Uint8Array).toString('hex'),
      ]);
      return timingSafeEqual(one, other);
    };
    syncBuiltinESMExports();
    const signature = (request: SignedRequest) =>
      request.headers.authorization!.match(/Signature=(\w+)/)![1]!;
    const right = sign();
    assert.ok((await verify(right)).verified);
    assert.deepEqual(compared.splice(0), [[signature(right), signature(right)]]);
    const wrong = sign({ secret: 'mallory' });
    await refusal(wrong);
    assert.deepEqual(compared.splice(0), [[signature(right), signature(wrong)]]);
    const session = (token: string) =>
      sign({ id: 'ASIAROLE', secret: 'role-secret', headers: { 'x-amz-security-token': token } });
    await refusal(session('tok/en=!'));
    const hex = (text: string) => Buffer.from(text).toString('hex');
    assert.deepEqual(compared[0]?.toSorted(), [hex('tok/en=!'), hex('tok/en==')].toSorted());
  });

  test('is read whatever stands between its parts', async () => {
    const request = sign();
    const text = request.headers.authorization!;
    for (const authorization of [`${text},`, text.replaceAll(', ', ','), text.replaceAll(', ', ',  \t')]) {
      const headers = { ...request.headers, authorization };
      assert.ok((await verify({ ...request, headers })).verified, authorization);
    }
  });

  test('may date itself with the Date header, in either format', async () => {
    for (const date of ['20260102T030405Z', 'Fri, 02 Jan 2026 03:04:05 GMT']) {
      const request = sign({ signed: ['host', 'x-amz-target'] });
      const { 'x-amz-date': _, ...headers } = request.headers as Record<string, string>;
      assert.ok((await verify({ ...request, headers: { ...headers, date } })).verified, date);
    }
  });

  test('is not called wrong where it cannot be looked up', async () => {
    const failure = new Error('the store is closed');
    const failing = verify(sign(), {
      credential: async () => {
        throw failure;
      },
    });
    await assert.rejects(failing, failure);
  });

  test('is good for the secret that the key has now, not the one it had', async () => {
    assert.ok((await verify(sign())).verified);
    const rotated = { credential: async () => ({ secret: 'new', identity: 'alice' }) };
    await assertRefused(sign(), 'InvalidSignatureException', MISMATCH, rotated);
    assert.ok((await verify(sign({ secret: 'new' }), rotated)).verified);
    assert.ok((await verify(sign())).verified);
  });

  test('is asked of each request even while other keys crowd the cache', async () => {
    const credential = async () => ({ secret: 'alice-secret', identity: 'many' });
    for (let i = 0; i < 1100; i++) {
      assert.ok((await verify(sign({ id: `AKIA${i}` }), { credential })).verified);
    }
    await assertRefused(sign({ id: 'AKIA7', secret: 'x' }), 'InvalidSignatureException', MISMATCH, {
      credential,
    });
  });
});

describe('a request without a readable signature is refused as AWS words it', () => {
  test('unsigned, or signed in another scheme', async () => {
    const message = 'Request is missing Authentication Token';
    await assertRefused(
      withHeader('authorization', undefined),
      'MissingAuthenticationTokenException',
      message,
    );
    await assertRefused(
      withHeader('authorization', 'Bearer x'),
      'MissingAuthenticationTokenException',
      message,
    );
    await assertRefused(
      withHeader('authorization', 'AWS AKIAALICE:abc'),
      'MissingAuthenticationTokenException',
      message,
    );
  });

  test('parameters missing: each is named, and the header is echoed only as a hash', async () => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=AKIAALICE/20260102/us-east-1/kms/aws4_request';
    await assertRefused(
      withHeader('authorization', authorization),
      'IncompleteSignatureException',
      "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' " +
        'parameter. (Hashed with SHA-256 and encoded with Base64) ' +
        `Authorization=${hash('sha256', authorization, 'base64')}`,
    );
    const undated = await refusal(withHeader('x-amz-date', undefined));
    assert.match(
      undated.message,
      /^Authorization header requires existence of either a 'X-Amz-Date' or a 'Date'/,
    );
  });

  test('a part without an equals sign', async () => {
    const authorization = 'AWS4-HMAC-SHA256 Credential= AKIAALICE/20260102/us-east-1/kms/aws4_request';
    const error = await refusal(withHeader('authorization', authorization));
    assert.equal(error.code, 'IncompleteSignatureException');
    assert.match(error.message, /^Invalid key=value pair \(missing equal-sign\) in Authorization header/);
    assert.doesNotMatch(error.message, /AKIAALICE/);
  });

  test('where all before the signature was read before, as well', async () => {
    const { authorization = '' } = sign().headers;
    assert.ok((await verify(sign())).verified);
    const ending = (end: string) => withHeader('authorization', `${authorization.slice(0, -64)}${end}`);
    const spaced = await refusal(ending(`${'a'.repeat(31)} ${'b'.repeat(32)}`));
    assert.match(spaced.message, /^Invalid key=value pair \(missing equal-sign\)/);
    const another = await refusal(ending(`${'a'.repeat(40)},SignedHeaders=host,x=yz`));
    assert.match(another.message, /'X-Amz-Date' must be a 'SignedHeader'/);
    assert.equal((await refusal(ending('a'.repeat(64)))).message, MISMATCH);
    assert.equal((await refusal(ending('A'.repeat(64)))).message, MISMATCH);
    const undated = await refusal(withHeader('x-amz-date', undefined));
    assert.match(undated.message, /^Authorization header requires existence of either/);
    const misdated = await refusal(withHeader('x-amz-date', 'now'));
    assert.match(misdated.message, /^Date must be in ISO-8601/);
    assert.ok((await verify(sign())).verified);
  });

  test('a credential that is not five elements, a date that is no date, an algorithm that is not served', async () => {
    for (const scope of [
      '20260102',
      '20260102/us-east-1',
      '20260102/us-east-1/kms',
      '20260102/us-east-1/kms/',
      '20260102//kms/aws4_request',
      '/us-east-1/kms/aws4_request',
      '20260102/us-east-1/kms/aws4_request/',
      '20260102/us-east-1/kms/aws4_request/aws4_request',
    ]) {
      await assertRefused(
        sign({ scope }),
        'IncompleteSignatureException',
        'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got ' +
          `'AKIAALICE/${scope}'`,
      );
    }
    for (const date of [
      '2026-01-02',
      '20260231T000000Z',
      '20261301T000000Z',
      '20260101T240000Z',
      '20260101T006000Z',
      '20260101T000060Z',
      '20260229T000000Z',
      '20260100T000000Z',
      '20260001T000000Z',
      'yesterday',
    ]) {
      await assertRefused(
        withHeader('x-amz-date', date),
        'IncompleteSignatureException',
        `Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
      );
    }
    for (const date of ['20260101T000000Z', '20261231T235959Z', '20280229T120000Z']) {
      const [year, month, day, hour, minute, second] = date.match(/\d{4}|\d\d/g)!.map(Number) as number[];
      const nowMs = Date.UTC(year!, month! - 1, day, hour, minute, second);
      assert.ok((await verify(sign({ date }), { nowMs })).verified, date);
    }
    const authorization = sign().headers.authorization!.replace('HMAC-SHA256', 'ECDSA-P256-SHA256');
    const error = await refusal(withHeader('authorization', authorization));
    assert.equal(error.code, 'IncompleteSignatureException');
    assert.match(error.message, /^Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'/);
  });
});

describe('a signature that does not hold is refused as AWS words it', () => {
  test('wrong secret, garbled signature, changed operation', async () => {
    await assertRefused(sign({ secret: 'wrong' }), 'InvalidSignatureException', MISMATCH);
    for (const signature of ['', 'zz', 'A'.repeat(64), 'a'.repeat(63), 'a'.repeat(65)]) {
      const authorization = sign().headers.authorization!.replace(/Signature=.*/, `Signature=${signature}`);
      const error = await refusal(withHeader('authorization', authorization));
      assert.equal(
        error.code,
        signature === '' ? 'IncompleteSignatureException' : 'InvalidSignatureException',
      );
    }
    await assertRefused(
      withHeader('x-amz-target', 'TrentService.Decrypt'),
      'InvalidSignatureException',
      MISMATCH,
    );
  });

  test('fifteen minutes of skew either way, and not a second more', async () => {
    for (const offsetMs of [-15 * MINUTE_MS, 15 * MINUTE_MS]) {
      assert.ok((await verify(sign(), { nowMs: NOW_MS + offsetMs })).verified);
    }
    await assertRefused(
      sign(),
      'InvalidSignatureException',
      'Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z (20260102T031906Z - 15 min.)',
      { nowMs: NOW_MS + 15 * MINUTE_MS + 1000 },
    );
    await assertRefused(
      sign(),
      'InvalidSignatureException',
      'Signature not yet current: 20260102T030405Z is still later than 20260102T030404Z (20260102T024904Z + 15 min.)',
      { nowMs: NOW_MS - 15 * MINUTE_MS - 1000 },
    );
  });

  test('the wrong scope: every complaint at once', async () => {
    await assertRefused(
      sign({ scope: '20260101/nowhere/s3/aws5_request' }),
      'InvalidSignatureException',
      'Credential should be scoped to a valid region. ' +
        "Credential should be scoped to correct service: 'kms'. " +
        "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. " +
        'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ' +
        "'20260101' != '20260102', from '20260102T030405Z'. ",
    );
    for (const region of [
      'us-gov-west-1',
      'ap-southeast-2',
      'cn-north-1',
      'us-isob-east-1',
      'eusc-de-east-1',
    ]) {
      assert.ok((await verify(sign({ scope: `20260102/${region}/kms/aws4_request` }))).verified, region);
    }
  });

  test('the host and every X-Amz- header must be signed', async () => {
    const must = (name: string) => `'${name}' must be a 'SignedHeader' in the AWS Authorization.`;
    await assertRefused(
      sign({ signed: ['x-amz-date', 'x-amz-target'] }),
      'InvalidSignatureException',
      must("Host' or ':authority"),
    );
    await assertRefused(
      sign({ signed: ['host', 'x-amz-date'] }),
      'InvalidSignatureException',
      must('X-Amz-Target'),
    );
    await assertRefused(
      withHeader('x-amz-security-token', 'smuggled'),
      'UnrecognizedClientException',
      INVALID,
      { credential: async () => undefined },
    );
  });

  test('signed headers that the request lacks, or names out of order', async () => {
    for (const lines of [undefined, '', 'undefined', 'x-gone:undefined\n']) {
      const gone = sign({ headers: { 'x-gone': '1' }, lines });
      const { 'x-gone': _, ...headers } = gone.headers as Record<string, string>;
      await assertRefused({ ...gone, headers }, 'InvalidSignatureException', MISMATCH);
    }
    await assertRefused(
      sign({ signed: ['x-amz-target', 'x-amz-date', 'host'] }),
      'InvalidSignatureException',
      MISMATCH,
    );
    // A name that every JavaScript object has is no header.
    const inherited = sign({
      headers: { 'x-amz-a': '1' },
      signed: ['constructor', 'host', 'x-amz-a', 'x-amz-date', 'x-amz-target'],
    });
    await assertRefused(inherited, 'InvalidSignatureException', MISMATCH);
  });

  test('an unknown key is called so even when everything else is wrong too', async () => {
    const request = sign({ id: 'AKIANOBODY', scope: '20260101/nowhere/s3/aws5_request' });
    await assertRefused(request, 'UnrecognizedClientException', `${INVALID}.`, { nowMs: NOW_MS * 2 });
  });
});

describe('session credentials', () => {
  const token = { 'x-amz-security-token': 'tok/en==' };

  test('are good with their token until they expire', async () => {
    const request = sign({ id: 'ASIAROLE', secret: 'role-secret', headers: token });
    const result = await verify(request);
    assert.ok(result.verified);
    assert.equal(result.identity, 'role');
    await assertRefused(request, 'ExpiredTokenException', EXPIRED, { sessionNowMs: NOW_MS + 1 });
  });

  test('are refused without the token, with another, and a long-term key with any', async () => {
    await assertRefused(
      sign({ id: 'ASIAROLE', secret: 'role-secret' }),
      'UnrecognizedClientException',
      `${INVALID}.`,
    );
    const other = sign({
      id: 'ASIAROLE',
      secret: 'role-secret',
      headers: { 'x-amz-security-token': 'tok/en=!' },
    });
    await assertRefused(other, 'UnrecognizedClientException', INVALID);
    await assertRefused(sign({ headers: token }), 'UnrecognizedClientException', INVALID);
  });

  test('need their token signed', async () => {
    const request = sign({ id: 'ASIAROLE', secret: 'role-secret' });
    await assertRefused(
      { ...request, headers: { ...request.headers, ...token } },
      'InvalidSignatureException',
      "'X-Amz-Security-Token' must be a 'SignedHeader' in the AWS Authorization.",
    );
  });
});

describe('each family of services has its own codes and statuses', () => {
  const token = { 'x-amz-security-token': 'tok/en==' };
  /** In the order of the columns below. */
  const faults = {
    unsigned: withHeader('authorization', undefined),
    unknown: sign({ id: 'AKIANOBODY' }),
    wrong: sign({ secret: 'wrong' }),
    partial: withHeader('authorization', 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e'),
    stale: sign({ date: '20260102T020000Z' }),
    early: sign({ date: '20260102T040000Z' }),
    lapsed: presign({ date: '20260102T030303Z', expires: '60' }),
    expired: sign({ id: 'ASIAROLE', secret: 'role-secret', headers: token }),
    badToken: sign({ headers: token }),
  } satisfies Record<string, SignedRequest>;

  const JSON_FAMILY = [
    '400 MissingAuthenticationTokenException',
    '400 UnrecognizedClientException',
    '400 InvalidSignatureException',
    '400 IncompleteSignatureException',
    '400 InvalidSignatureException',
    '400 InvalidSignatureException',
    '400 InvalidSignatureException',
    '400 ExpiredTokenException',
    '400 UnrecognizedClientException',
  ];
  const expected: Record<ProtocolName, readonly string[]> = {
    awsJson1_1: JSON_FAMILY,
    awsJson1_0: JSON_FAMILY,
    rpcV2Cbor: JSON_FAMILY,
    awsQuery: [
      '403 MissingAuthenticationToken',
      '403 InvalidClientTokenId',
      '403 SignatureDoesNotMatch',
      '400 IncompleteSignature',
      '403 SignatureDoesNotMatch',
      '403 SignatureDoesNotMatch',
      '403 SignatureDoesNotMatch',
      '403 ExpiredToken',
      '403 InvalidClientTokenId',
    ],
    ec2Query: [
      '400 MissingParameter',
      '401 AuthFailure',
      '401 AuthFailure',
      '400 IncompleteSignature',
      '401 AuthFailure',
      '401 AuthFailure',
      '400 RequestExpired',
      '400 RequestExpired',
      '401 AuthFailure',
    ],
    restJson1: JSON_FAMILY.map((line) => line.replace('400', '403')),
  };
  const changes = { sessionNowMs: NOW_MS + MINUTE_MS };
  for (const [protocol, codes] of Object.entries(expected) as [ProtocolName, readonly string[]][]) {
    test(protocol, async () => {
      const found = [];
      for (const request of Object.values(faults)) {
        const error = await refusal(request, { ...changes, protocol });
        found.push(`${error.status} ${error.code}`);
      }
      assert.deepEqual(found, codes);
    });
  }

  test('and names the fault for whoever counts them', async () => {
    const found = [];
    for (const request of Object.values(faults)) {
      const result = await verify(request, changes);
      found.push(result.verified ? undefined : result.fault);
    }
    assert.deepEqual(found, [
      'missing',
      'unknownKey',
      'mismatch',
      'incomplete',
      'mismatch',
      'mismatch',
      'expiredUrl',
      'expiredToken',
      'invalidToken',
    ]);
  });

  test('EC2 says in one sentence what is wrong, and tells little apart', async () => {
    const { unsigned, unknown, wrong, partial, stale, early, lapsed, expired, badToken } = faults;
    const ec2 = { ...changes, protocol: 'ec2Query' } as const;
    for (const request of [unknown, wrong, stale, early, badToken])
      await assertRefused(request, 'AuthFailure', EC2_FAILURE, ec2);
    for (const request of [lapsed, expired])
      await assertRefused(request, 'RequestExpired', 'Request has expired.', ec2);
    const missing = 'The request must contain the parameter AWSAccessKeyId';
    await assertRefused(unsigned, 'MissingParameter', missing, ec2);
    assert.equal((await refusal(partial, ec2)).message, (await refusal(partial)).message);
  });
});

describe('with open authentication', () => {
  const open = async (id: string) => (/^\d{12}$/.test(id) ? `root of ${id}` : 'root of 123456789012');

  test('an unknown key is let in unchecked', async () => {
    const result = await verify(sign({ id: 'test', secret: 'test' }), { open });
    assert.ok(result.verified);
    assert.equal(result.identity, 'root of 123456789012');
    const other = await verify(
      sign({ id: '210987654321', secret: 'x', headers: { 'x-amz-security-token': 't' } }),
      {
        open,
      },
    );
    assert.ok(other.verified);
    assert.equal(other.identity, 'root of 210987654321');
  });

  test('a known key must still sign, and an expired session stays expired', async () => {
    await assertRefused(sign({ secret: 'wrong' }), 'InvalidSignatureException', MISMATCH, { open });
    const session = sign({
      id: 'ASIAROLE',
      secret: 'role-secret',
      headers: { 'x-amz-security-token': 'tok/en==' },
    });
    await assertRefused(session, 'ExpiredTokenException', EXPIRED, { open, sessionNowMs: NOW_MS + 1 });
  });

  test('an unsigned request is still refused', async () => {
    const error = await refusal(withHeader('authorization', undefined), { open });
    assert.equal(error.code, 'MissingAuthenticationTokenException');
  });
});

describe('a presigned URL', () => {
  test('is good for as long as it says', async () => {
    const result = await verify(presign({ expires: '3600' }), { nowMs: NOW_MS + 60 * MINUTE_MS });
    assert.ok(result.verified);
    await assertRefused(
      presign({ expires: '60' }),
      'InvalidSignatureException',
      'Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z (20260102T030506Z - 1 min.)',
      { nowMs: NOW_MS + MINUTE_MS + 1000 },
    );
    await assertRefused(
      presign({ service: 'ec2', expires: '60' }),
      'RequestExpired',
      'Request has expired.',
      {
        protocol: 'ec2Query',
        service: 'ec2',
        nowMs: NOW_MS + MINUTE_MS + 1000,
      },
    );
    assert.ok((await verify(presign(), { nowMs: NOW_MS + 15 * MINUTE_MS })).verified);
    for (const expires of ['1', '604800']) {
      assert.ok((await verify(presign({ expires }), { nowMs: NOW_MS })).verified, expires);
    }
    for (const expires of ['0', '604801', '-1', 'soon', '']) {
      const error = await refusal(presign({ expires }));
      assert.equal(error.code, 'IncompleteSignatureException', expires);
    }
  });

  test('for STS lives fifteen minutes, whatever it says', async () => {
    const sts = { protocol: 'awsQuery', service: 'sts' } as const;
    for (const expires of ['1', '86400']) {
      const url = presign({ service: 'sts', expires });
      assert.ok((await verify(url, { ...sts, nowMs: NOW_MS + 15 * MINUTE_MS })).verified);
      const error = await refusal(url, { ...sts, nowMs: NOW_MS + 15 * MINUTE_MS + 1000 });
      assert.equal(error.code, 'SignatureDoesNotMatch');
    }
  });

  test('names each parameter that it lacks', async () => {
    const request = {
      ...presign({ expires: '60' }),
      query: 'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260102T030405Z',
    };
    await assertRefused(
      request,
      'IncompleteSignatureException',
      "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include " +
        "'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the " +
        'query-string parameters.',
    );
  });

  test('lacks no single one of its parameters', async () => {
    const whole = presign({ expires: '60' });
    for (const name of ['X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Signature', 'X-Amz-SignedHeaders']) {
      const query = whole.query
        .split('&')
        .filter((part) => !part.startsWith(`${name}=`))
        .join('&');
      await assertRefused(
        { ...whole, query },
        'IncompleteSignatureException',
        `AWS query-string parameters must include '${name}'. Re-examine the query-string parameters.`,
      );
    }
  });

  test('has its session token in the query, or in a header that is signed', async () => {
    const role = { id: 'ASIAROLE', secret: 'role-secret', expires: '60' };
    const inQuery = (token: string) => [['X-Amz-Security-Token', token]] as const;
    const inHeader = (token: string) => ({ 'x-amz-security-token': token });
    for (const places of [
      { parameters: inQuery('tok/en==') },
      { headers: inHeader('tok/en==') },
      { parameters: inQuery('tok/en=='), headers: inHeader('other') },
    ])
      assert.ok((await verify(presign({ ...role, ...places }))).verified, JSON.stringify(places));
    for (const places of [
      { parameters: inQuery('other') },
      { headers: inHeader('other') },
      { parameters: inQuery('other'), headers: inHeader('tok/en==') },
    ])
      await assertRefused(presign({ ...role, ...places }), 'UnrecognizedClientException', INVALID);
    await assertRefused(presign(role), 'UnrecognizedClientException', `${INVALID}.`);
    const smuggled = presign(role);
    const headers = { ...smuggled.headers, ...inHeader('tok/en==') };
    await assertRefused(
      { ...smuggled, headers },
      'InvalidSignatureException',
      "'X-Amz-Security-Token' must be a 'SignedHeader' in the AWS Authorization.",
    );
    const ended = { sessionNowMs: NOW_MS + 1 };
    for (const places of [{ parameters: inQuery('tok/en==') }, { headers: inHeader('tok/en==') }])
      await assertRefused(presign({ ...role, ...places }), 'ExpiredTokenException', EXPIRED, ended);
  });

  test('has the hash of its payload in the query, in a header, or not at all', async () => {
    const [sent, other] = [hash('sha256', 'body'), hash('sha256', 'other')];
    const inQuery = (value: string) => ({ parameters: [['X-Amz-Content-Sha256', value]] as const });
    const inHeader = (value: string) => ({ headers: { 'x-amz-content-sha256': value } });
    for (const place of [inQuery, inHeader]) {
      const url = (value: string, payload: string) =>
        presign({ expires: '60', body: 'body', payload, ...place(value) });
      assert.ok((await verify(url(sent, sent))).verified, place.toString());
      for (const payload of [sent, other])
        await assertRefused(url(other, payload), 'InvalidSignatureException', MISMATCH);
      const unsigned = url('UNSIGNED-PAYLOAD', 'UNSIGNED-PAYLOAD');
      assert.ok((await verify({ ...unsigned, body: Buffer.from('anything') })).verified, place.toString());
    }
    const both = { ...inQuery(sent), ...inHeader(other), payload: sent };
    assert.ok((await verify(presign({ expires: '60', body: 'body', ...both }))).verified);
    const bare = presign({ expires: '60', body: 'body' });
    assert.ok((await verify(bare)).verified);
    await assertRefused({ ...bare, body: Buffer.from('b') }, 'InvalidSignatureException', MISMATCH);
  });

  test('says what it says by the first parameter of a name, and covers each', async () => {
    const twice = presign({ expires: '60', parameters: [['X-Amz-Expires', '604800']] });
    assert.ok((await verify(twice, { nowMs: NOW_MS + MINUTE_MS })).verified);
    await assertRefused(
      twice,
      'InvalidSignatureException',
      'Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z (20260102T030506Z - 1 min.)',
      { nowMs: NOW_MS + MINUTE_MS + 1000 },
    );
    for (const more of ['X-Amz-Expires=604800', 'x=y', 'x'])
      await assertRefused(
        { ...presign(), query: `${presign().query}&${more}` },
        'InvalidSignatureException',
        MISMATCH,
      );
  });

  test('says who signed it, and where', async () => {
    assert.deepEqual(await verify(presign({ expires: '60' })), {
      verified: true,
      accessKeyId: 'AKIAALICE',
      region: 'us-east-1',
      service: 'kms',
      identity: 'alice',
    });
  });

  test('may not come with an Authorization header as well', async () => {
    const request = { ...sign(), query: presign({ expires: '60' }).query };
    await assertRefused(
      request,
      'InvalidSignatureException',
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    );
  });
});
