import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compilePattern } from '../../src/shapes/constraint.ts';
import { awsServiceName, type ServiceId, serviceIds, serviceShapes } from '../../src/shapes/services.ts';
import type { Shape } from '../../src/shapes/shape.ts';

describe('the tables of shapes', () => {
  const ASKED_OF_LARGE_SERVICES: Partial<Record<ServiceId, string>> = {
    ec2: 'RunInstances',
    cloudformation: 'CreateStack',
    logs: 'GetLogEvents',
    ssm: 'GetParameter',
    cloudwatch: 'PutMetricAlarm',
  };

  test('hold every operation of a small service, of a large one those that are served or commonly asked for', () => {
    for (const id of serviceIds) {
      const service = serviceShapes(id);
      const shaped = service.operationNames.filter((name) => service.operation(name));
      const asked = ASKED_OF_LARGE_SERVICES[id];
      if (asked === undefined) assert.deepEqual(shaped, service.operationNames, id);
      else assert.ok(shaped.includes(asked) && shaped.length < service.operationNames.length, id);
    }
    assert.ok(serviceShapes('ec2').operationNames.length > 700);
    assert.ok(serviceShapes('ec2').operationNames.includes('CreateVpnGateway'));
  });

  test('tell the wire names of each protocol', () => {
    const createVolume = serviceShapes('ec2').operation('CreateVolume')!;
    const tags = createVolume.input.members.find(({ name }) => name === 'TagSpecifications');
    assert.equal(tags?.requestName, 'TagSpecification');
    const volumeId = createVolume.output.members.find(({ name }) => name === 'VolumeId');
    assert.equal(volumeId?.responseName, 'volumeId');
    const putBlock = serviceShapes('ebs').operation('PutSnapshotBlock')!;
    assert.deepEqual(putBlock.http, {
      method: 'PUT',
      uri: '/snapshots/{SnapshotId}/blocks/{BlockIndex}',
      status: 201,
    });
  });

  test('tell the errors of an operation as they are on the wire, with their status', () => {
    assert.equal(serviceShapes('iam').operation('CreateUser')!.errors.EntityAlreadyExists, 409);
    assert.equal(serviceShapes('kms').operation('Decrypt')!.errors.NotFoundException, 400);
    assert.equal(serviceShapes('kms').operation('Decrypt')!.errors.DependencyTimeoutException, 503);
  });

  test('know nothing of what is not an operation or a service', () => {
    assert.equal(serviceShapes('kms').operation('constructor'), undefined);
    assert.equal(serviceShapes('kms').operation('DescribeVolcano'), undefined);
    assert.equal(serviceShapes('toString'), undefined);
    assert.equal(awsServiceName('constructor'), undefined);
  });

  test('name the AWS services that are not served', () => {
    assert.equal(awsServiceName('sqs'), 'Amazon SQS');
  });
});

test('no pattern takes long to refuse a text, however long or repetitive', () => {
  const patterns = new Set<string>();
  const seen = new Set<Shape>();
  for (const id of serviceIds) {
    const service = serviceShapes(id);
    for (const name of service.operationNames)
      collectPatterns(service.operation(name)?.input, patterns, seen);
  }
  assert.ok(patterns.size > 80, `${patterns.size} patterns`);
  const units = ['a', 'A', '0', ' ', '/', '.', '-', ':', 'a ', 'a/', 'a.', 'arn:aws:', '\u0000', 'é'];
  const prefixes = ['', 'arn:aws:kms:', 'arn:aws:events:us-east-1:123456789012:', 'aws.partner/', '/'];
  for (const pattern of patterns) {
    const expression = compilePattern(pattern);
    const before = performance.now();
    for (const prefix of prefixes) {
      for (const unit of units) expression.test(`${prefix}${unit.repeat(40_000)}\u0001`);
    }
    const elapsedMs = performance.now() - before;
    assert.ok(elapsedMs < 1_000, `${pattern} took ${elapsedMs} ms`);
  }
});

function collectPatterns(shape: Shape | undefined, patterns: Set<string>, seen: Set<Shape>): void {
  if (!shape || seen.has(shape)) return;
  seen.add(shape);
  if (shape.type === 'string' && shape.pattern !== undefined) patterns.add(shape.pattern);
  if (shape.type === 'structure')
    for (const member of shape.members) collectPatterns(member.shape, patterns, seen);
  if (shape.type === 'list') collectPatterns(shape.member, patterns, seen);
  if (shape.type === 'map') for (const one of [shape.key, shape.value]) collectPatterns(one, patterns, seen);
}
