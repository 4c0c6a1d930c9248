/**
 * What KMS refuses a service that asks for its caller is an error of the caller's call in that service's records, with KMS'
 * sentence in it: it is decided as what was asked of KMS, through the service.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trust } from '../worlds/account.ts';
import type { Explained } from '../worlds/remedies.ts';
import { logsWorlds } from './logs-world.ts';
import { ACCOUNT, event, KEY, keyEvent, ROLE_ID, roleCall } from './published-records.ts';

const { worldOf } = logsWorlds();

const ROLE = `arn:aws:iam::${ACCOUNT}:role/app/web`;
const { userIdentity } = roleCall('Decrypt');
const madeKey = () =>
  keyEvent('CreateKey', { description: '' }, { keyMetadata: { aWSAccountId: ACCOUNT, arn: KEY } });

interface Refused {
  readonly call: readonly [service: string, name: string, parameters: object];
  readonly action: string;
  readonly errorCode: string;
  readonly says?: (sentence: string) => string;
  /** ARN of what the record is about. */
  readonly resource?: string;
}

const ROWS: Readonly<Record<string, Refused>> = {
  "an object's, read": {
    call: ['s3', 'GetObject', { bucketName: 'photos', key: '1.jpg' }],
    ...{ action: 'kms:Decrypt', errorCode: 'AccessDenied', resource: 'arn:aws:s3:::photos/1.jpg' },
  },
  "an object's, written": {
    call: ['s3', 'PutObject', { bucketName: 'photos', key: '1.jpg' }],
    ...{ action: 'kms:GenerateDataKey', errorCode: 'AccessDenied', resource: 'arn:aws:s3:::photos/1.jpg' },
  },
  "a queue's": {
    call: ['sqs', 'SendMessage', { queueUrl: 'https://sqs.us-east-1.amazonaws.com/111122223333/jobs' }],
    ...{ action: 'kms:GenerateDataKey', errorCode: 'KMS.AccessDeniedException' },
  },
  "a topic's, in Java's words": {
    call: ['sns', 'Publish', { topicArn: `arn:aws:sns:us-east-1:${ACCOUNT}:jobs` }],
    ...{ action: 'kms:Decrypt', errorCode: 'KMSAccessDeniedException' },
    says: (sentence) => `${sentence} (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException)`,
  },
  "a function's, with an error that speaks of parameters": {
    call: ['lambda', 'UpdateFunctionConfiguration20150331v2', { functionName: 'jobs' }],
    ...{ action: 'kms:CreateGrant', errorCode: 'InvalidParameterValueException' },
    says: (sentence) =>
      `Lambda was unable to configure access to your environment variables because the KMS key is invalid. KMS Exception: AccessDeniedException KMS Message: ${sentence}`,
  },
  "a parameter's, of a service that is served": {
    call: ['ssm', 'GetParameter', { name: '/db/password', withDecryption: true }],
    ...{ action: 'kms:Decrypt', errorCode: 'AccessDeniedException' },
  },
};

for (const [name, { call, action, errorCode, says, resource }] of Object.entries(ROWS)) {
  test(name, async () => {
    const [service, eventName, parameters] = call;
    const sentence = `User: arn:aws:sts::${ACCOUNT}:assumed-role/web/batch is not authorized to perform: ${action} on resource: ${KEY} because no identity-based policy allows the ${action} action`;
    const record = event(service, eventName, parameters, null, {
      ...{ userIdentity, errorCode, errorMessage: says?.(sentence) ?? sentence, readOnly: true },
      ...(resource && { resources: [{ ARN: resource, type: 'AWS::S3::Object' }] }),
    });
    const world = await worldOf(eventName, [madeKey(), record]);
    for (const subject of [String(record.eventID), KEY, 'role/web', `failed: ${record.errorMessage}`]) {
      const found = (await world.questions.explain?.({ subject })) as Explained;
      assert.match(found.headline, new RegExp(`^role web may not ${action} on key \\S+\\.$`), subject);
      assert.equal(found.call?.action, `${service}:${eventName}`);
      if (resource) assert.equal(found.call?.resource, resource);
      const [remedy] = found.remedies;
      assert.equal(remedy?.sentence, 'Attach this policy to role web:', found.text);
      const { Statement } = remedy.document as { Statement: readonly { readonly Condition?: object }[] };
      const through = { StringEquals: { 'kms:ViaService': `${service}.us-east-1.amazonaws.com` } };
      const ofGrants = { Bool: { 'kms:GrantIsForAWSResource': true } };
      assert.deepEqual(Statement[0]?.Condition, action === 'kms:CreateGrant' ? ofGrants : through);
      assert.equal(found.checks[0]?.principal.arn, `arn:aws:sts::${ACCOUNT}:assumed-role/web/batch`);
      assert.ok(found.text.includes(ROLE));
    }
  });
}

const WRITES: readonly (readonly [service: string, name: string, refused: string, next?: string])[] = [
  ['sqs', 'SendMessage', 'kms:GenerateDataKey', 'kms:Decrypt'],
  ['sqs', 'ReceiveMessage', 'kms:Decrypt'],
  ['sns', 'Publish', 'kms:Decrypt', 'kms:GenerateDataKey'],
  ['secretsmanager', 'PutSecretValue', 'kms:GenerateDataKey', 'kms:Decrypt'],
  ['s3', 'PutObject', 'kms:GenerateDataKey'],
  ['s3', 'UploadPart', 'kms:Decrypt', 'kms:GenerateDataKey'],
];

for (const [service, name, action, next] of WRITES) {
  test(`${service}:${name} takes ${next ? `${next}, too` : 'no more'}`, async () => {
    const role = { roleName: 'web', roleId: ROLE_ID, path: '/app/', arn: ROLE };
    const assumeRolePolicyDocument = trust({ Service: 'lambda.amazonaws.com' });
    const madeRole = event('iam', 'CreateRole', { ...role, assumeRolePolicyDocument }, { role });
    const sentence = `User: arn:aws:sts::${ACCOUNT}:assumed-role/web/batch is not authorized to perform: ${action} on resource: ${KEY} because no identity-based policy allows the ${action} action`;
    const errorCode = 'KMS.AccessDeniedException';
    const record = event(service, name, {}, null, { userIdentity, errorCode, errorMessage: sentence });
    const world = await worldOf(name, [madeRole, madeKey(), record]);
    const found = (await world.questions.explain?.({ subject: record.eventID })) as Explained;
    const document = found.remedies[0]?.document as { Statement: readonly { readonly Action: unknown }[] };
    assert.deepEqual(document.Statement[0]?.Action, [action, ...(next ? [next] : [])]);
    assert.deepEqual(
      found.following.map((each) => each.action),
      next ? [next] : [],
    );
  });
}

/** Systems Manager hides the value; a record of what was denied may have no parameters at all. */
const PUT = { name: '/app/new', type: 'SecureString', keyId: KEY, value: 'HIDDEN_DUE_TO_SECURITY_REASONS' };

async function refusedPut(name: string, parameters: object | null): Promise<Explained> {
  const role = { roleName: 'web', roleId: ROLE_ID, path: '/app/', arn: ROLE };
  const assumeRolePolicyDocument = trust({ Service: 'lambda.amazonaws.com' });
  const madeRole = event('iam', 'CreateRole', { ...role, assumeRolePolicyDocument }, { role });
  const action = 'ssm:PutParameter';
  const errorMessage = `User: arn:aws:sts::${ACCOUNT}:assumed-role/web/batch is not authorized to perform: ${action} on resource: arn:aws:ssm:us-east-1:${ACCOUNT}:parameter/app/new because no identity-based policy allows the ${action} action`;
  const record = event('ssm', 'PutParameter', parameters, null, {
    ...{ userIdentity, errorCode: 'AccessDenied', errorMessage },
  });
  const world = await worldOf(name, [madeRole, madeKey(), record]);
  return (await world.questions.explain?.({ subject: record.eventID })) as Explained;
}

const actionsOf = ({ remedies }: Explained) =>
  remedies.flatMap(({ document }) =>
    (document as { Statement: readonly { readonly Action: string[] }[] }).Statement.flatMap(
      ({ Action }) => Action,
    ),
  );

test('a secret that is to be new, whose record says what it is, is mended with its key', async () => {
  const found = await refusedPut('put-whole', PUT);
  assert.deepEqual(actionsOf(found), ['ssm:PutParameter', 'kms:Encrypt'], found.text);
  assert.equal(found.unrehearsed, undefined);
});

test('one whose record says nothing is not said to be mended as a whole', async () => {
  const found = await refusedPut('put-nothing', null);
  assert.deepEqual(actionsOf(found), ['ssm:PutParameter'], found.text);
  assert.equal(found.unrehearsed?.action, 'ssm:PutParameter');
  assert.match(found.text, /not on the whole of ssm:PutParameter, which may ask for more\./);
});
