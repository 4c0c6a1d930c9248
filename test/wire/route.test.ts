import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decode } from 'cborg';
import { AwsError } from '../../src/aws/aws-error.ts';
import { serviceShapes } from '../../src/shapes/services.ts';
import type { HttpRequest, HttpResponse } from '../../src/wire/http.ts';
import { notServed, PROTOCOLS, refuse, route } from '../../src/wire/route.ts';
import { throughEndpoint } from '../../src/wire/vpc-endpoint.ts';
import { httpRequest, type RequestParts } from '../worlds/http-request.ts';
import { compareSteps, goldenOf } from '../worlds/transcript.ts';

const FORM = 'application/x-www-form-urlencoded; charset=utf-8';

function signedFor(service: string): string {
  const scope = `AKIDEXAMPLE/20260101/us-east-1/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=00`;
}

function json(service: string, target: string): HttpRequest {
  const contentType = 'application/x-amz-json-1.1';
  const headers = { authorization: signedFor(service), 'x-amz-target': target, 'content-type': contentType };
  return httpRequest({ headers, body: '{}' });
}

function form(service: string, text: string): HttpRequest {
  return httpRequest({ headers: { authorization: signedFor(service), 'content-type': FORM }, body: text });
}

function routed(http: HttpRequest): string {
  const { service, operation, error } = route(http);
  return operation
    ? `${service?.id}:${operation.name}`
    : `${error?.status} ${error?.code}: ${error?.message}`;
}

/** What is asked, the request, and where it goes. */
const ROUTES: readonly [string, HttpRequest, string][] = [
  ['JSON by its target', json('kms', 'TrentService.CreateGrant'), 'kms:CreateGrant'],
  [
    'CloudTrail as the JavaScript SDK says it',
    json('cloudtrail', 'CloudTrail_20131101.LookupEvents'),
    'cloudtrail:LookupEvents',
  ],
  [
    'CloudTrail as botocore says it',
    json('cloudtrail', 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents'),
    'cloudtrail:LookupEvents',
  ],
  ['a form by its action', form('ec2', 'Action=RunInstances&Version=2016-11-15'), 'ec2:RunInstances'],
  [
    'an action in the query of a GET',
    httpRequest({ method: 'GET', query: 'Action=GetCallerIdentity&Version=2011-06-15' }),
    'sts:GetCallerIdentity',
  ],
  [
    'a presigned URL',
    httpRequest({
      method: 'GET',
      query: 'Action=ListUsers&X-Amz-Credential=AKID%2F20260101%2Fus-east-1%2Fiam%2Faws4_request',
    }),
    'iam:ListUsers',
  ],
  [
    'an unsigned form by its version',
    httpRequest({
      headers: { 'content-type': FORM },
      body: 'Action=AssumeRoleWithWebIdentity&Version=2011-06-15',
    }),
    'sts:AssumeRoleWithWebIdentity',
  ],
  [
    'unsigned JSON by its target',
    httpRequest({ headers: { 'x-amz-target': 'AWSEvents.PutRule' } }),
    'events:PutRule',
  ],
  [
    'REST by method and path',
    httpRequest({
      method: 'GET',
      path: '/snapshots/snap-1/blocks/4',
      headers: { authorization: signedFor('ebs') },
    }),
    'ebs:GetSnapshotBlock',
  ],
  [
    'an operation that AWS has not, in JSON',
    json('kms', 'TrentService.CreateCat'),
    '400 UnknownOperationException: ',
  ],
  ['the target of another service', json('kms', 'AWSEvents.PutRule'), '400 UnknownOperationException: '],
  [
    'no target',
    httpRequest({ headers: { authorization: signedFor('kms') } }),
    '400 UnknownOperationException: ',
  ],
  [
    'an action that AWS has not, at EC2',
    form('ec2', 'Action=PetCat&Version=2016-11-15'),
    '400 InvalidAction: The action PetCat is not valid for this web service.',
  ],
  [
    'an action that AWS has not, at IAM',
    form('iam', 'Action=PetCat&Version=2010-05-08'),
    '400 InvalidAction: Could not find operation PetCat for version 2010-05-08',
  ],
  [
    'an action that cannot be read',
    form('ec2', 'Action=%zz'),
    '404 MalformedQueryString: The query string contains a syntax error.',
  ],
  [
    'an unsigned version that cannot be read',
    httpRequest({ headers: { 'content-type': FORM }, body: 'Action=ListUsers&Version=%zz' }),
    '404 MalformedQueryString: The query string contains a syntax error.',
  ],
  [
    'no action at EC2',
    form('ec2', 'Version=2016-11-15'),
    '400 MissingParameter: The request must contain the parameter Action',
  ],
  [
    'an operation of AWS that is not served',
    form('ec2', 'Action=CreateVerifiedAccessInstance&Version=2016-11-15'),
    '501 NotImplemented: Latchkey does not serve ec2:CreateVerifiedAccessInstance yet.',
  ],
  [
    'an AWS service that is not served',
    json('sqs', 'AmazonSQS.SendMessage'),
    '501 NotImplemented: Latchkey does not serve Amazon SQS (sqs).',
  ],
  [
    'one whose signing name is not its name in policies',
    json('tagging', 'ResourceGroupsTaggingAPI_20170126.GetResources'),
    '501 NotImplemented: Latchkey does not serve AWS Resource Groups Tagging API (tagging).',
  ],
  [
    'a service that AWS has not',
    json('catbox', 'CatBox.Pet'),
    '501 NotImplemented: Latchkey does not serve a service "catbox".',
  ],
  [
    'a path that EBS has not',
    httpRequest({ method: 'GET', path: '/snapshots', headers: { authorization: signedFor('ebs') } }),
    '404 UnknownOperationException: ',
  ],
  [
    'nothing at all',
    httpRequest({ method: 'GET' }),
    '403 MissingAuthenticationTokenException: Missing Authentication Token',
  ],
];

describe('routing', () => {
  for (const [what, http, expected] of ROUTES) test(what, () => assert.equal(routed(http), expected));
});

describe('a request that no operation is known for is answered in the form its client reads', () => {
  const contentType = (http: HttpRequest) => {
    const { protocol, service, error } = route(http);
    return protocol.writeError(service, error!, 'id').headers['content-type'];
  };

  test('JSON', () =>
    assert.equal(contentType(json('sqs', 'AmazonSQS.SendMessage')), 'application/x-amz-json-1.1'));
  test('query', () => assert.equal(contentType(form('sns', 'Action=Publish')), 'text/xml'));
  test('REST', () => {
    const http = httpRequest({
      method: 'GET',
      path: '/2015-03-31/functions',
      headers: { authorization: signedFor('lambda') },
    });
    assert.equal(contentType(http), 'application/json');
  });
});

/** Each way to name an operation. */
function waysToName(): [string, RequestParts][] {
  const targets = [
    'TrentService.CreateGrant',
    'AWSEvents.PutRule',
    'GraniteServiceVersion20100801.DescribeAlarms',
    'Logs_20140328.CancelExportTask',
    'None.None',
    '',
  ];
  const rpc = ['GraniteServiceVersion20100801', 'TrentService'].flatMap((service) =>
    ['DescribeAlarms', 'DeleteAnomalyDetector', 'None', ''].map(
      (name) => `/service/${service}/operation/${name}`,
    ),
  );
  const actions = [
    'RunInstances&Version=2016-11-15',
    'ListUsers&Version=2010-05-08',
    'DescribeAlarms&Version=2010-08-01',
  ].concat([
    'ActivateType&Version=2010-05-15',
    'ListUsers&Version=2016-11-15',
    'AssumeRoleWithWebIdentity&Version=2011-06-15',
    'ListUsers',
    'ListUsers&Version=1',
    // A version of KMS, which speaks no query protocol.
    'ListKeys&Version=2014-11-01',
  ]);
  const paths = [
    'GET /snapshots/snap-1/blocks/4',
    'POST /snapshots',
    'GET /snapshots',
    'POST /snapshots/completion/snap-1',
  ];
  return [
    ...targets.map((target): [string, object] => [
      `target ${target}`,
      { headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' }, body: '{}' },
    ]),
    ...rpc.map((path): [string, object] => [
      `CBOR ${path}`,
      { path, headers: { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' } },
    ]),
    ...actions.map((action): [string, object] => [
      `form Action=${action}`,
      { headers: { 'content-type': FORM }, body: `Action=${action}` },
    ]),
    ...actions.map((action): [string, object] => [
      `query Action=${action}`,
      { method: 'GET', query: `Action=${action}` },
    ]),
    ...paths.map((way): [string, object] => {
      const [method, path] = way.split(' ');
      return [way, { method, path }];
    }),
  ];
}

const signers = [undefined, 'kms', 'ec2', 'monitoring', 'ebs', 's3', 'route53', 'sqs', 'constructor'];

/** For each way what comes of it, and by whose signatures. */
const outcomes = (ways: readonly [string, RequestParts][], outcome: (http: HttpRequest) => string) =>
  ways.map(([what, asked]) => {
    const bySigner = Map.groupBy(signers, (signer) => {
      const headers = { ...asked.headers, ...(signer !== undefined && { authorization: signedFor(signer) }) };
      return outcome(httpRequest({ ...asked, headers }));
    });
    return `${what}\n${[...bySigner].map(([found, of]) => `${of.map(String).join(' ')}\n    ${found}`).join('\n')}`;
  });

function written({ status, headers, body }: HttpResponse): string {
  const { 'content-type': type = '', ...others } = headers;
  const id = type === 'application/xml' ? 'x-amz-request-id' : 'x-amzn-requestid';
  assert.equal(others[id], 'id', type);
  return `${status} ${type} ${type.includes('cbor') ? JSON.stringify(decode(body as Buffer)) : body}`;
}

test('each way to name an operation goes to its service, signed or not, or is refused in the form of its client', () => {
  const steps = outcomes(waysToName(), (http) => {
    const { protocol, service, operation, error } = route(http);
    if (operation) return `${service?.id}:${operation.name}`;
    return written(protocol.writeError(service, error as AwsError, 'id'));
  });
  compareSteps(goldenOf(import.meta.url, 'routes'), steps);
});

test('a request that is refused by its head alone is answered in the form of its client, too', () => {
  const kindOf = ([what]: [string, unknown]) => what.split(' ')[0];
  const oneOfEachKind = [...Map.groupBy(waysToName(), kindOf).values()].flatMap((ways) => ways.slice(0, 1));
  const steps = outcomes(oneOfEachKind, ({ body: _, ...head }) =>
    written(refuse(new AwsError('RequestEntityTooLarge', 'too large', 413), head, 'id')),
  );
  compareSteps(goldenOf(import.meta.url, 'refused-by-head'), steps);
});

describe('a request comes through the endpoint that its path names, or else its host', () => {
  const [ID, LONG, LONGER] = ['vpce-0123abcd', `vpce-${'0'.repeat(17)}`, `vpce-${'0'.repeat(18)}`];
  for (const [host, path, named, served] of [
    [`${ID}.kms.us-east-1.localhost:4566`, '/a', { id: ID }, '/a'],
    [`${ID}-us-east-1a.kms.us-east-1.localhost`, '/', { id: ID }, '/'],
    [`${LONG}.localhost`, '/', { id: LONG }, '/'],
    [`${LONGER}.localhost`, '/', undefined, '/'],
    [`${ID.slice(0, -1)}.localhost`, '/', undefined, '/'],
    [`kms.${ID}.localhost`, '/', undefined, '/'],
    [ID, '/', undefined, '/'],
    ['localhost', `/${ID}`, { id: ID }, '/'],
    ['localhost', `/${ID}/`, { id: ID }, '/'],
    ['localhost', `/${ID}/snapshots/snap-1/blocks`, { id: ID }, '/snapshots/snap-1/blocks'],
    ['localhost', `/${ID}/10.0.1.5`, { id: ID, sourceIp: '10.0.1.5' }, '/'],
    ['localhost', `/${ID}/10.0.1.5/snapshots`, { id: ID, sourceIp: '10.0.1.5' }, '/snapshots'],
    ['localhost', `/${ID}/10.0.1.256/snapshots`, { id: ID }, '/snapshots'],
    ['localhost', `/${ID}x/`, undefined, `/${ID}x/`],
    ['localhost', `/a/${ID}/`, undefined, `/a/${ID}/`],
    [`${LONG}.localhost`, `/${ID}/a`, { id: ID }, '/a'],
  ] as const) {
    test(`${host} ${path}`, () => {
      const asked = httpRequest({ path, query: 'q=1', headers: { host } });
      const through = throughEndpoint(asked);
      assert.deepEqual(through, { named, http: { ...asked, path: served } });
    });
  }

  test('no host', () => assert.equal(throughEndpoint(httpRequest()).named, undefined));
});

test('what is not served is named', () => {
  assert.equal(
    notServed(serviceShapes('kms'), 'ImportKeyMaterial').message,
    'Latchkey does not serve kms:ImportKeyMaterial yet.',
  );
});

test('every protocol of the tables has a codec', () => {
  assert.deepEqual(Object.keys(PROTOCOLS).sort(), [
    'awsJson1_0',
    'awsJson1_1',
    'awsQuery',
    'ec2Query',
    'restJson1',
    'rpcV2Cbor',
  ]);
});
