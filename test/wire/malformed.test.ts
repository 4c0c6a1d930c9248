/** What no client of AWS sends: every such request ends in an error that its protocol can say, never in a crash. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { AwsError } from '../../src/aws/aws-error.ts';
import { validate } from '../../src/shapes/validate.ts';
import type { HttpRequest } from '../../src/wire/http.ts';
import { route } from '../../src/wire/route.ts';
import { httpRequest } from '../worlds/http-request.ts';

const JSON_TYPE = 'application/x-amz-json-1.1';
const FORM_TYPE = 'application/x-www-form-urlencoded';

function post(
  service: string,
  contentType: string | undefined,
  body: string | Buffer,
  target?: string,
): HttpRequest {
  const headers: Record<string, string> = {
    authorization: `AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/${service}/aws4_request, Signature=00`,
  };
  if (contentType !== undefined) headers['content-type'] = contentType;
  if (target !== undefined) headers['x-amz-target'] = target;
  return httpRequest({ headers, body });
}

function kms(body: string | Buffer, contentType: string | undefined = JSON_TYPE, operation = 'CreateGrant') {
  return post('kms', contentType, body, `TrentService.${operation}`);
}

const ec2 = (body: string, contentType = FORM_TYPE) => post('ec2', contentType, body);
const iam = (body: string, contentType = FORM_TYPE) => post('iam', contentType, body);

/** The error that the request ends in before any service sees it, as it is on the wire. */
function answer(http: HttpRequest): { status: number; body: string } | undefined {
  const { protocol, service, operation, error } = route(http);
  try {
    if (error) throw error;
    const invalid = validate(operation, protocol.readRequest(operation, http));
    if (!invalid) return undefined;
    throw invalid;
  } catch (thrown) {
    assert.ok(thrown instanceof AwsError, String(thrown));
    const response = protocol.writeError(service, thrown, 'id');
    return { status: response.status, body: String(response.body) };
  }
}

const SERIALIZATION = '{"__type":"SerializationException"}';
const mistyped = (message: string) => JSON.stringify({ __type: 'SerializationException', Message: message });
const nested = (depth: number) => `${'{"KeyId":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** What is sent to KMS, and the body of the answer. */
const JSON_CASES: readonly [string, HttpRequest, string][] = [
  ['an empty body', kms(''), SERIALIZATION],
  ['half a body', kms('{"KeyId":'), SERIALIZATION],
  ['null', kms('null'), SERIALIZATION],
  ['a string', kms('"x"'), SERIALIZATION],
  ['a list', kms('[]'), mistyped('Start of list found where not expected')],
  ['bytes that are not UTF-8', kms(Buffer.from('{"KeyId":"k\xff"}', 'latin1')), SERIALIZATION],
  ['deep nesting', kms(`${'['.repeat(200_000)}`), SERIALIZATION],
  ['nesting of a member', kms(nested(900)), mistyped('Start of structure or map found where not expected.')],
  ['deep nesting of a member', kms(nested(50_000)), SERIALIZATION],
  ['a number for a string', kms('{"KeyId":1}'), mistyped('NUMBER_VALUE can not be converted to a String')],
  ['true for a string', kms('{"KeyId":true}'), mistyped('TRUE_VALUE can not be converted to a String')],
  ['a list for a string', kms('{"KeyId":[]}'), mistyped('Start of list found where not expected')],
  [
    'an object for a string',
    kms('{"KeyId":{}}'),
    mistyped('Start of structure or map found where not expected.'),
  ],
  ['a string for a list', kms('{"Operations":"x"}'), mistyped('Expected list or null')],
  ['a string for a structure', kms('{"Constraints":"x"}'), mistyped('Expected null')],
  [
    'a string for a boolean',
    kms('{"DryRun":"true"}'),
    mistyped('STRING_VALUE can not be converted to a Boolean'),
  ],
  [
    'a string for an integer',
    kms('{"Limit":"1"}', JSON_TYPE, 'ListKeys'),
    mistyped('STRING_VALUE can not be converted to an Integer'),
  ],
  [
    'an infinite integer',
    kms('{"Limit":1e999}', JSON_TYPE, 'ListKeys'),
    mistyped('NUMBER_VALUE can not be converted to an Integer'),
  ],
  [
    'what is not base64',
    kms('{"KeyId":"k","Plaintext":"a*b="}', JSON_TYPE, 'Encrypt'),
    mistyped('The value is not valid base64'),
  ],
  ['another content type', kms('{}', 'text/plain'), '{"__type":"UnknownOperationException"}'],
];

describe('malformed JSON', () => {
  for (const [what, http, expected] of JSON_CASES) {
    test(what, () => {
      const { status, body } = answer(http)!;
      assert.equal(body, expected);
      assert.ok(status === 400 || status === 404);
    });
  }

  test('unknown members are ignored, and null is absence', () => {
    const grant = { KeyId: 'k', GranteePrincipal: 'p', Operations: ['Decrypt'], Name: null, Colour: 'red' };
    assert.equal(answer(kms(JSON.stringify(grant))), undefined);
  });

  test('JSON is known by its media type, whatever parameters and case that has', () => {
    const body = '{"KeyId":"k","Plaintext":"cA=="}';
    for (const type of [
      'application/json',
      'application/x-amz-json-1.0',
      `${JSON_TYPE}; charset=utf-8`,
      ' Application/JSON ;x',
    ]) {
      assert.equal(answer(kms(body, type, 'Encrypt')), undefined, type);
    }
    for (const type of ['', ';application/json', 'application/jsonp', 'text/json']) {
      const { status, body: refused } = answer(kms(body, type, 'Encrypt'))!;
      assert.deepEqual([status, refused], [404, '{"__type":"UnknownOperationException"}'], type);
    }
  });

  test('keys that JavaScript treats specially are only data', () => {
    const http = kms(
      '{"KeyId":"k","Plaintext":"cA==","EncryptionContext":{"__proto__":"a","constructor":"b"}}',
      JSON_TYPE,
      'Encrypt',
    );
    const { protocol, operation } = route(http);
    const input = protocol.readRequest(operation!, http) as { EncryptionContext: object };
    assert.deepEqual(Object.entries(input.EncryptionContext), [
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    assert.equal(Object.getPrototypeOf(input.EncryptionContext), Object.prototype);
  });
});

const listed = (path: string, query: string) =>
  answer({ ...post('ebs', JSON_TYPE, ''), method: 'GET', path, query });

test('a path is of an operation where each label is something, and can be read', () => {
  for (const [path, status, body] of [
    ['/snapshots/snap%2D0/blocks', undefined, undefined],
    ['/snapshots//blocks', 404, '{"message":""}'],
    ['/snapshots/snap-0/blocks/', 404, '{"message":""}'],
    ['/snapshots/snap-0/blocks/0/1', 404, '{"message":""}'],
    ['/snapshots/%/blocks', 400, '{"Message":"The path of the request is not valid."}'],
  ] as const) {
    const answered = listed(path, 'maxResults=100');
    assert.deepEqual([answered?.status, answered?.body], [status, body], path);
  }
});

test('a number of a query or a path that is none is said', () => {
  assert.equal(listed('/snapshots/snap-0/blocks', 'maxResults=100'), undefined);
  for (const [path, query] of [
    ['/snapshots/snap-0/blocks', 'maxResults=many'],
    ['/snapshots/snap-0/blocks/first', 'blockToken=t'],
  ] as const) {
    const { status, body } = listed(path, query)!;
    assert.equal(status, 400);
    assert.match(body, /STRING_VALUE can not be converted to a?n? ?[Ii]nteger/);
  }
});

/** What is sent to CloudWatch's DescribeAlarms as CBOR, in hexadecimal digits. */
const CBOR_CASES: readonly [string, string][] = [
  ['half a map', 'a1'],
  ['a list', '80'],
  ['a number', '05'],
  ['two values', 'a0a0'],
  ['a list longer than the body', 'a16a416c61726d4e616d65739a7fffffff'],
  ['deep nesting', '81'.repeat(200_000)],
  ['endless nesting', `${'9f'.repeat(200_000)}`],
  ['a number for a text', 'a16f416c61726d4e616d6550726566697801'],
  ['an integer beyond what is one', 'a16a4d61785265636f7264731bffffffffffffffff'],
];

const cbor = (body: Buffer, contentType = 'application/cbor') => {
  const http = post('monitoring', contentType, body);
  const path = '/service/GraniteServiceVersion20100801/operation/DescribeAlarms';
  return { ...http, path, headers: { ...http.headers, 'smithy-protocol': 'rpc-v2-cbor' } };
};

describe('malformed CBOR', () => {
  for (const [what, digits] of CBOR_CASES) {
    test(what, () => {
      const { status, body } = answer(cbor(Buffer.from(digits, 'hex')))!;
      assert.equal(status, 400);
      assert.match(body, /SerializationException/);
    });
  }

  test('an empty body is an empty input, of whatever type, and no other type of content is read', () => {
    for (const type of ['application/cbor', 'text/plain'])
      assert.equal(answer(cbor(Buffer.alloc(0), type)), undefined);
    for (const type of ['application/cbor', 'application/cbor; x=1', ' Application/CBOR ;x'])
      assert.equal(answer(cbor(Buffer.from([0xa0]), type)), undefined, type);
    for (const type of ['text/plain', '', ';application/cbor', 'application/cbors']) {
      const refused = answer(cbor(Buffer.from([0xa0]), type))!;
      assert.match(refused.body, /UnknownOperationException/);
      assert.equal(refused.status, 404);
    }
  });
});

/** What is sent, and the code and status of the answer. */
const FORM_CASES: readonly [string, HttpRequest, string, number][] = [
  ['no parameters', ec2(''), 'MissingParameter', 400],
  ['JSON in place of a form', iam('{"Action":"ListUsers"}', 'application/json'), 'MissingAction', 400],
  ['truncated percent encoding', ec2('Action=RunInstances&ImageId=%4'), 'MalformedQueryString', 404],
  ['percent encoding that is not UTF-8', ec2('Action=RunInstances&ImageId=%ff'), 'MalformedQueryString', 404],
  ['a parameter given twice', ec2('Action=RunInstances&ImageId=a&ImageId=b'), 'MalformedQueryString', 404],
  [
    'a parameter nested too deeply',
    ec2(`Action=RunInstances&${'A.'.repeat(50_000)}A=1`),
    'MalformedQueryString',
    404,
  ],
  ['a parameter that EC2 has not', ec2('Action=RunInstances&Colour=red'), 'UnknownParameter', 400],
  [
    'a nested parameter that EC2 has not',
    ec2('Action=RunInstances&BlockDeviceMapping.1.Colour=red'),
    'UnknownParameter',
    400,
  ],
  ['text for an integer', ec2('Action=RunInstances&MinCount=one'), 'InvalidParameterValue', 400],
  [
    'text for a boolean',
    ec2('Action=RunInstances&MinCount=1&MaxCount=1&DryRun=perhaps'),
    'InvalidParameterValue',
    400,
  ],
  [
    'a value for a list of structures',
    ec2('Action=DescribeVolumes&Filter=size'),
    'InvalidParameterValue',
    400,
  ],
  ['a list for a value', ec2('Action=DeleteVolume&VolumeId.1=vol-1'), 'InvalidParameterValue', 400],
  [
    'a list whose index is no number',
    ec2('Action=DescribeVolumes&VolumeId.one=vol-1'),
    'InvalidParameterValue',
    400,
  ],
  ['text for an integer, at IAM', iam('Action=ListUsers&MaxItems=all'), 'MalformedInput', 400],
  [
    'a list without its members, at IAM',
    iam('Action=CreateUser&UserName=j&Tags.1.Key=k'),
    'MalformedInput',
    400,
  ],
];

describe('malformed forms', () => {
  for (const [what, http, code, status] of FORM_CASES) {
    test(what, () => {
      const answered = answer(http)!;
      assert.match(answered.body, new RegExp(`<Code>${code}</Code>`));
      assert.equal(answered.status, status);
    });
  }

  test('IAM ignores parameters that it has not', () => {
    assert.equal(answer(iam('Action=ListUsers&Colour=red')), undefined);
  });

  test('gaps in the numbering of a list are passed over', () => {
    const http = ec2('Action=DescribeVolumes&VolumeId.7=b&VolumeId.2=a&VolumeId.10=c');
    const { protocol, operation } = route(http);
    assert.deepEqual(protocol.readRequest(operation!, http), { VolumeIds: ['a', 'b', 'c'] });
  });
});

test('XML answers stay well formed whatever the text', () => {
  const { protocol, service } = route(ec2('Action=RunInstances'));
  const error = new AwsError('InvalidParameterValue', 'a\u0000b\u001f<&]]>\uffff');
  const { body } = protocol.writeError(service, error, 'id');
  assert.match(String(body), /<Message>a\ufffdb\ufffd&lt;&amp;\]\]&gt;\ufffd<\/Message>/);
});

describe('arbitrary bodies', () => {
  const operations = ['CreateGrant', 'Encrypt', 'CreateKey', 'ListKeys'];
  const json = fc.oneof(fc.json(), fc.string(), fc.string({ unit: 'binary' }));

  test('JSON', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(...operations), (body, operation) => {
        const answered = answer(kms(body, JSON_TYPE, operation));
        if (answered) assert.ok(answered.status >= 400 && answered.status < 500, answered.body);
      }),
      { numRuns: 500 },
    );
  });

  const segment = fc.constantFrom(
    'Filter',
    'Name',
    'Value',
    'Tags',
    'member',
    'Key',
    '1',
    '2',
    'entry',
    '',
    '__proto__',
  );
  const name = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('.'));
  const value = fc.constantFrom('', 'a', '1', 'true', '%41', '%', '+', 'é');
  const pairs = fc.array(
    fc.tuple(name, value).map((pair) => pair.join('=')),
    { maxLength: 6 },
  );

  for (const [id, action] of [
    ['ec2', 'DescribeInstances'],
    ['iam', 'CreateUser'],
    ['autoscaling', 'CreateAutoScalingGroup'],
  ] as const) {
    test(`forms for ${id}`, () => {
      fc.assert(
        fc.property(pairs, (parts) => {
          const answered = answer(post(id, FORM_TYPE, [`Action=${action}`, ...parts].join('&')));
          if (answered) assert.ok(answered.status >= 400 && answered.status < 500, answered.body);
        }),
        { numRuns: 500 },
      );
    });
  }

  test('paths and queries of EBS', () => {
    const path = fc.array(fc.constantFrom('snapshots', 'blocks', 'completion', 's', '0', '%', '..', ''), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(path, fc.constantFrom('GET', 'PUT', 'POST'), fc.string(), (segments, method, query) => {
        const http = { ...post('ebs', JSON_TYPE, '{'), method, path: `/${segments.join('/')}`, query };
        const answered = answer(http);
        if (answered) assert.ok(answered.status >= 400 && answered.status < 500, answered.body);
      }),
      { numRuns: 500 },
    );
  });
});
