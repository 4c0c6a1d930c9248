/**
 * How a recorded call came, by HTTP or HTTPS: a record says it by tlsDetails, and where it has none the service does whose endpoints
 * take HTTPS alone. https://docs.aws.amazon.com/general/latest/gr/ec2-service.html
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Explained } from '../worlds/remedies.ts';
import { logsWorlds } from './logs-world.ts';
import { ACCOUNT, event, KEY, keyEvent, USER_ID } from './published-records.ts';

const { worldOf } = logsWorlds();

const ANN = `arn:aws:iam::${ACCOUNT}:user/ann`;
const userIdentity = { type: 'IAMUser', principalId: USER_ID, arn: ANN, accountId: ACCOUNT, userName: 'ann' };
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    {
      Sid: 'Encrypted',
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
});
const user = { userName: 'ann', userId: USER_ID, arn: ANN, path: '/' };
const account = () => [
  event('iam', 'CreateUser', { userName: 'ann' }, { user }),
  event('iam', 'PutUserPolicy', { userName: 'ann', policyName: 'all', policyDocument: POLICY }),
  keyEvent('CreateKey', { description: '' }, { keyMetadata: { aWSAccountId: ACCOUNT, arn: KEY } }),
];
const denied = (service: string, name: string, action: string, on: string, more: object = {}) =>
  event(service, name, service === 'kms' ? null : { volumeId: 'vol-0123456789abcdef0' }, null, {
    userIdentity,
    errorCode: service === 'kms' ? 'AccessDenied' : 'Client.UnauthorizedOperation',
    errorMessage: `User: ${ANN} is not authorized to perform: ${action} on resource: ${on} with an explicit deny in an identity-based policy`,
    ...more,
  });
const VOLUME = `arn:aws:ec2:us-east-1:${ACCOUNT}:volume/vol-0123456789abcdef0`;
const TLS = { tlsDetails: { tlsVersion: 'TLSv1.3', cipherSuite: 'TLS_AES_128_GCM_SHA256' } };

/** The deny was not there then, or another did it. */
const UNMET =
  /No statement of what was read does: .*does not meet aws:SecureTransport is false: the request has "true"/s;

async function explained(name: string, record: ReturnType<typeof event>): Promise<Explained> {
  const world = await worldOf(name, [...account(), record]);
  return (await world.questions.explain?.({ subject: record.eventID })) as Explained;
}

test('EC2 takes HTTP, too: a call that was denied without a word of TLS may have come so', async () => {
  const found = await explained('http', denied('ec2', 'DeleteVolume', 'ec2:DeleteVolume', VOLUME));
  assert.equal(found.verdict, 'denied');
  assert.equal(found.checks[0]?.by?.sid, 'Encrypted', found.text);
  assert.doesNotMatch(found.text, /would be allowed now/);
  assert.match(found.remedies[0]?.sentence ?? '', /^Change no policy: .* over HTTPS\.$/, found.text);
});

test('one with tlsDetails did not', async () => {
  const found = await explained('tls', denied('ec2', 'DeleteVolume', 'ec2:DeleteVolume', VOLUME, TLS));
  assert.match(found.text, UNMET);
  assert.deepEqual(found.remedies, []);
});

test('KMS takes HTTPS alone', async () => {
  const found = await explained('kms', denied('kms', 'Encrypt', 'kms:Encrypt', KEY));
  assert.match(found.text, UNMET);
});
