/** Through which services a recorded call came, by the other records of its request. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Requests } from '../../../src/explain/recorded/requests.ts';
import { throughServices } from '../../../src/explain/recorded/through-services.ts';
import type { KeptEvent, Use } from '../../../src/import/cloudtrail/use.ts';
import { Reads } from '../../../src/import/snapshot/snapshot.ts';
import { isUnknown } from '../../../src/invoke/condition-lookup.ts';
import { accountReader } from '../../worlds/read-account.ts';

const readAccountOf = accountReader();
const REGION = 'us-east-1';
const ANN = { kind: 'user', account: '111122223333', arn: 'arn:aws:iam::111122223333:user/ann' };
const host = (name: string) => `${name}.amazonaws.com`;

/** A call on a service, which another made for Ann, or she herself. */
const call = (service: string, by?: string, requestID = 'request-1') =>
  ({
    ...{ requestID, eventSource: host(service), eventName: 'Decrypt', awsRegion: REGION },
    ...{ eventID: `${requestID} ${service} ${by}`, eventTime: '2026-11-10T00:00:00Z' },
    userIdentity: { type: 'IAMUser', arn: ANN.arn, ...(by !== undefined && { invokedBy: host(by) }) },
  }) as unknown as KeptEvent;

const chain = (...services: string[]) =>
  services.map((service, at) => call(service, services[at + 1])).reverse();

for (const [what, events, via] of [
  ['by herself, through EC2, which is not listed', chain('kms', 'ec2'), undefined],
  ['by a stack', chain('kms', 'ec2', 'cloudformation'), ['cloudformation']],
  [
    'by a stack, through a service that is listed',
    chain('kms', 'ssm', 'cloudformation'),
    ['cloudformation', 'ssm'],
  ],
  ['of which EC2’s own record was not read', [call('kms', 'ec2')], 'unknown'],
  [
    'of which EC2’s record is one of another request',
    [call('kms', 'ec2'), call('ec2', undefined, 'request-2')],
    'unknown',
  ],
  ['whose records name each other', [call('kms', 'ec2'), call('ec2', 'ssm'), call('ssm', 'ec2')], 'unknown'],
  [
    'through more services than there are',
    chain('kms', ...Array.from({ length: 5000 }, (_, at) => `made-up-${at}`)),
    'unknown',
  ],
] as const) {
  test(`a call on KMS ${what}`, async () => {
    const { registry } = (await readAccountOf(new Reads())).runtime;
    const event = events.find(({ eventSource }) => eventSource === host('kms')) as KeptEvent;
    const requests = new Requests(events);
    const told = throughServices({ invokedBy: event.userIdentity?.invokedBy ?? '', region: REGION } as Use, {
      ...{ principal: ANN as never, registry },
      callOn: (source) => requests.on(source, event),
    });
    const value = told['aws:CalledVia'];
    if (via === 'unknown') assert.ok(isUnknown(value));
    else assert.deepEqual(value, via?.map(host));
    assert.deepEqual(isUnknown(told['aws:CalledViaFirst']), via === 'unknown');
  });
}

test('of thousands of records of one request each finds its own', () => {
  const events = Array.from({ length: 20_000 }, (_, at) => call('kms', 'ec2', `request-${at % 2}`));
  const outer = call('ec2', undefined, 'request-1');
  const requests = new Requests([...events, outer]);
  assert.equal(requests.outer(events[1] as KeptEvent), outer);
  assert.equal(requests.outer(events[0] as KeptEvent), undefined);
  assert.equal(requests.outer(outer), undefined);
  assert.equal(requests.on(host('kms'), events[1] as KeptEvent), events[3]);
  assert.equal(requests.on(host('kms'), events[19_999] as KeptEvent), events[1]);
});
