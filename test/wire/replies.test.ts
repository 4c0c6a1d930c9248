/** Whole replies of each protocol, as the bytes and headers that they are, and what forms and parameters may be. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decode } from 'cborg';
import type { AwsError } from '../../src/aws/aws-error.ts';
import { type ServiceId, serviceShapes } from '../../src/shapes/services.ts';
import { formOf } from '../../src/wire/protocols/form.ts';
import { PROTOCOLS } from '../../src/wire/route.ts';
import { formRequest as form } from '../worlds/http-request.ts';

const REQUEST_ID = 'b25f48e8-84fd-11e6-80d9-574e0c4664cb';

function of(id: ServiceId, name: string) {
  const service = serviceShapes(id);
  const operation = service.operation(name);
  if (!operation) throw new Error(`${id} has no ${name}`);
  return { service, operation, protocol: PROTOCOLS[service.protocol] };
}

function reply(id: ServiceId, name: string, output?: object) {
  const { service, operation, protocol } = of(id, name);
  return protocol.writeResponse(service, operation, output, REQUEST_ID);
}

function read(id: ServiceId, name: string, body: string): object {
  const { operation, protocol } = of(id, name);
  return protocol.readRequest(operation, form(body));
}

describe('a reply', () => {
  test('of EC2', () => {
    const { status, headers, body } = reply('ec2', 'CreateKeyPair', {
      KeyName: 'a<b',
      Tags: [{ Key: 'k', Value: '' }],
    });
    assert.equal(status, 200);
    assert.deepEqual(headers, { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': REQUEST_ID });
    assert.equal(
      body,
      '<?xml version="1.0" encoding="UTF-8"?>\n<CreateKeyPairResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">' +
        `<requestId>${REQUEST_ID}</requestId><keyName>a&lt;b</keyName><tagSet><item><key>k</key><value/></item></tagSet></CreateKeyPairResponse>`,
    );
  });

  test('is of what there is to tell now, however like the last', () => {
    const output = { Tags: [{ Key: 'k', Value: 'before' }] };
    assert.match(String(reply('ec2', 'CreateKeyPair', output).body), /<value>before</);
    output.Tags = [{ Key: 'k', Value: 'after' }];
    assert.match(String(reply('ec2', 'CreateKeyPair', output).body), /<value>after</);
  });

  test('of Auto Scaling has milliseconds where there are some', () => {
    const instant = Date.UTC(2020, 9, 30, 19, 36, 41);
    const Activities = [{ StartTime: instant - 999, EndTime: instant }];
    const { body } = reply('autoscaling', 'DescribeScalingActivities', { Activities });
    assert.match(String(body), /<StartTime>2020-10-30T19:36:40\.001Z<.*<EndTime>2020-10-30T19:36:41Z</);
  });

  test('of IAM, with a map and a time', () => {
    const { status, headers, body } = reply('iam', 'GetAccountSummary', { SummaryMap: { Users: 3 } });
    assert.equal(status, 200);
    assert.deepEqual(headers, { 'content-type': 'text/xml', 'x-amzn-requestid': REQUEST_ID });
    assert.equal(
      body,
      '<GetAccountSummaryResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetAccountSummaryResult><SummaryMap><entry>' +
        '<key>Users</key><value>3</value></entry></SummaryMap></GetAccountSummaryResult>' +
        `<ResponseMetadata><RequestId>${REQUEST_ID}</RequestId></ResponseMetadata></GetAccountSummaryResponse>`,
    );
  });

  test('of KMS', () => {
    const { status, headers, body } = reply('kms', 'GenerateRandom', { Plaintext: Buffer.from('x') });
    assert.equal(status, 200);
    assert.deepEqual(headers, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': REQUEST_ID,
    });
    assert.equal(String(body), '{"Plaintext":"eA=="}');
  });

  test('of EBS, whose whole body is the block', () => {
    const BlockData = new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 4);
    const { status, headers, body } = reply('ebs', 'GetSnapshotBlock', { DataLength: 3, BlockData });
    assert.equal(status, 200);
    assert.deepEqual(headers, {
      'content-type': 'application/octet-stream',
      'x-amz-data-length': '3',
      'x-amzn-requestid': REQUEST_ID,
    });
    assert.deepEqual([...(body as Buffer)], [2, 3, 4]);
  });

  test('without output is as good as an empty one', () => {
    for (const [id, name, cbor] of [
      ['kms', 'ListKeys'],
      ['iam', 'ListUsers'],
      ['ec2', 'DescribeInstances'],
      ['ebs', 'ListSnapshotBlocks'],
      ['cloudwatch', 'DescribeAlarms', PROTOCOLS.rpcV2Cbor],
    ] as const) {
      const { service, operation, protocol } = of(id, name);
      const answer = (output?: object) =>
        (cbor ?? protocol).writeResponse(service, operation, output, REQUEST_ID);
      assert.deepEqual(answer(undefined), answer({}));
    }
  });

  test('of CloudWatch in CBOR, by its content type', () => {
    const cloudwatch = of('cloudwatch', 'DescribeAlarms');
    const written = PROTOCOLS.rpcV2Cbor.writeResponse(
      cloudwatch.service,
      cloudwatch.operation,
      { NextToken: 't' },
      REQUEST_ID,
    );
    assert.equal(written.status, 200);
    assert.deepEqual(written.headers, {
      'smithy-protocol': 'rpc-v2-cbor',
      'x-amzn-requestid': REQUEST_ID,
      'content-type': 'application/cbor',
    });
    assert.deepEqual(decode(written.body as Buffer), { NextToken: 't' });
  });
});

describe('a form', () => {
  const values = (text: string) =>
    [...(formOf(form(text)).children ?? [])].map(
      ([name, { value, children }]) => `${name}=${value}${children ? '…' : ''}`,
    );

  test('is read pair by pair, whatever is empty', () => {
    assert.deepEqual(values('&a=1&&b=&c&=d&e=f=g&'), ['a=1', 'b=', 'c=', '=d', 'e=f=g']);
    assert.deepEqual(values('a%3Db=1+2%2B3&%C3%A9=%F0%9F%98%80'), ['a=b=1 2+3', 'é=😀']);
    assert.deepEqual(values('a.b=1&a.c=2'), ['a=undefined…']);
  });

  const SIXTY_THOUSAND_NAMES = Array.from({ length: 4000 }, (_, i) => `p${i}${'.x'.repeat(14)}=`).join('&');
  const refused: [what: string, text: string, message: string][] = [
    ['half an escape', 'a=%4', 'The query string contains a syntax error.'],
    ['one parameter twice', 'a=1&a=2', 'The parameter a is given more than once.'],
    ['33 levels', Array(33).fill('a').join('.'), 'A parameter is nested too deeply.'],
    [
      '10,001 parameters',
      Array.from({ length: 10_001 }, (_, i) => `p${i}=`).join('&'),
      'The request has too many parameters.',
    ],
    ['60,001 names', `${SIXTY_THOUSAND_NAMES}&q=`, 'The request has too many parameters.'],
  ];
  for (const [what, text, message] of refused)
    test(`with ${what} is refused`, () =>
      assert.throws(() => formOf(form(text)), { code: 'MalformedQueryString', message, status: 404 }));

  test('of 32 levels, of 10,000 parameters, or of 60,000 names is read', () => {
    assert.equal(values(SIXTY_THOUSAND_NAMES).length, 4000);
    assert.equal(values(Array(32).fill('a').join('.')).length, 1);
    assert.equal(values(Array.from({ length: 10_000 }, (_, i) => `p${i}=`).join('&')).length, 10_000);
  });
});

describe('a parameter', () => {
  const rows: [id: ServiceId, name: string, body: string, answer: object | string][] = [
    [
      'ec2',
      'RunInstances',
      'MinCount=2&Placement.Tenancy=default',
      { MinCount: 2, Placement: { Tenancy: 'default' } },
    ],
    [
      'ec2',
      'RunInstances',
      'MinCount=two',
      'InvalidParameterValue: Value ( two ) for parameter MinCount is invalid.',
    ],
    [
      'ec2',
      'RunInstances',
      'MinCount.1=2',
      'InvalidParameterValue: The value for parameter MinCount is malformed.',
    ],
    [
      'ec2',
      'RunInstances',
      'Placement=here',
      'InvalidParameterValue: The value for parameter Placement is malformed.',
    ],
    ['ec2', 'DescribeVolumes', 'VolumeId=vol-1', { VolumeIds: ['vol-1'] }],
    [
      'ec2',
      'DescribeVolumes',
      'VolumeId=vol-1&VolumeId.2=vol-2',
      'InvalidParameterValue: The value for parameter VolumeId is malformed.',
    ],
    [
      'ec2',
      'DescribeVolumes',
      'Filter=size',
      'InvalidParameterValue: The value for parameter Filter is malformed.',
    ],
    ['ec2', 'CreateVolume', 'Encrypted=1&DryRun=0', { Encrypted: true, DryRun: false }],
    [
      'ec2',
      'CreateVolume',
      'Encrypted=2',
      'InvalidParameterValue: Value ( 2 ) for parameter Encrypted is invalid.',
    ],
    ['ec2', 'DescribeVolumes', 'VolumeId.1=vol-1&VolumeId.2=vol-2', { VolumeIds: ['vol-1', 'vol-2'] }],
    ['ec2', 'RunInstances', 'None=x', 'UnknownParameter: The parameter None is not recognized'],
    ['ec2', 'RunInstances', 'SubnetId=&KernelId=&KeyName=', { KeyName: '' }],
    ['ec2', 'RunInstances', 'Action=x&Version=1&X-Amz-Date=2&x-amz-any=3&AWSAccessKeyId=4', {}],
    [
      'ec2',
      'RunInstances',
      'Placement.Action=x',
      'UnknownParameter: The parameter Placement.Action is not recognized',
    ],
    ['iam', 'ListUsers', 'MaxItems=3', { MaxItems: 3 }],
    ['iam', 'ListUsers', 'MaxItems=three', 'MalformedInput: For input string: "three"'],
    ['iam', 'CreateUser', 'Tags=x', 'MalformedInput: Unexpected complex element termination'],
    ['iam', 'CreateUser', 'Tags.member.1=x', 'MalformedInput: Unexpected complex element termination'],
    ['iam', 'CreateUser', 'Tags.member.1.Key=k&Tags.member.1.Value=', { Tags: [{ Key: 'k', Value: '' }] }],
  ];
  for (const [id, name, body, answer] of rows) {
    test(`${id} ${name} ${body}`, () => {
      if (typeof answer === 'object') assert.deepEqual(read(id, name, body), answer);
      else
        assert.throws(
          () => read(id, name, body),
          ({ code, message }: AwsError) => `${code}: ${message}` === answer,
        );
    });
  }
});
