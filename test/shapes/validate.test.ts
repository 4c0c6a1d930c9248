import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { AwsError } from '../../src/aws/aws-error.ts';
import { type ServiceId, serviceIds, serviceShapes } from '../../src/shapes/services.ts';
import type { Member } from '../../src/shapes/shape.ts';
import { validate } from '../../src/shapes/validate.ts';
import { arbitraryValue } from '../wire/values.ts';

function violation(id: ServiceId, name: string, input: object): string {
  const error = validate(serviceShapes(id).operation(name)!, input);
  return error ? `${error.code}: ${error.message}` : 'valid';
}

const GRANT = {
  KeyId: 'key',
  GranteePrincipal: 'arn:aws:iam::123456789012:user/john',
  Operations: ['Decrypt'],
};

/** Service, operation, input, and AWS's words. */
const WORDINGS: readonly [ServiceId, string, object, string][] = [
  ['kms', 'CreateGrant', GRANT, 'valid'],
  [
    'kms',
    'CreateGrant',
    { ...GRANT, KeyId: undefined },
    "ValidationException: 1 validation error detected: Value null at 'keyId' failed to satisfy constraint: Member must not be null",
  ],
  [
    'kms',
    'CreateGrant',
    { ...GRANT, KeyId: '' },
    "ValidationException: 1 validation error detected: Value '' at 'keyId' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ],
  [
    'kms',
    'CreateGrant',
    { ...GRANT, Name: 'a b' },
    "ValidationException: 1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$",
  ],
  [
    'kms',
    'ScheduleKeyDeletion',
    { KeyId: 'key', PendingWindowInDays: 0 },
    "ValidationException: 1 validation error detected: Value '0' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ],
  [
    'kms',
    'CreateKey',
    { KeySpec: 'RSA_1', KeyUsage: 'SING_ALONG' },
    "ValidationException: 2 validation errors detected: Value 'SING_ALONG' at 'keyUsage' failed to satisfy constraint: Member must satisfy enum value set: [SIGN_VERIFY, ENCRYPT_DECRYPT, GENERATE_VERIFY_MAC, KEY_AGREEMENT]; Value 'RSA_1' at 'keySpec' failed to satisfy constraint: Member must satisfy enum value set: [RSA_2048, RSA_3072, RSA_4096, ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521, ECC_SECG_P256K1, SYMMETRIC_DEFAULT, HMAC_224, HMAC_256, HMAC_384, HMAC_512, SM2, ML_DSA_44, ML_DSA_65, ML_DSA_87, ECC_NIST_EDWARDS25519]",
  ],
  [
    'kms',
    'CreateKey',
    {
      Tags: [
        { TagKey: 'a', TagValue: 'b' },
        { TagKey: '', TagValue: 'b' },
      ],
    },
    "ValidationException: 1 validation error detected: Value '' at 'tags.2.member.tagKey' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ],
  [
    'kms',
    'CreateGrant',
    { ...GRANT, GrantTokens: ['', 'b'] },
    "ValidationException: 1 validation error detected: Value '[, b]' at 'grantTokens' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 8192, Member must have length greater than or equal to 1]",
  ],
  [
    'kms',
    'CreateKey',
    { Tags: [null] },
    "ValidationException: 1 validation error detected: Value null at 'tags.1.member' failed to satisfy constraint: Member must not be null",
  ],
  [
    'kms',
    'Encrypt',
    { KeyId: 'key', Plaintext: Buffer.alloc(4097) },
    "ValidationException: 1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
  ],
  [
    'kms',
    'Decrypt',
    { CiphertextBlob: Buffer.alloc(6145) },
    "ValidationException: 1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=6145 cap=6145]' at 'ciphertextBlob' failed to satisfy constraint: Member must have length less than or equal to 6144",
  ],
  [
    'kms',
    'Encrypt',
    { KeyId: 'key', Plaintext: Buffer.from('p'), EncryptionContext: { a: null } },
    "ValidationException: 1 validation error detected: Value '{a=null}' at 'encryptionContext' failed to satisfy constraint: Map value must satisfy constraint: [Member must not be null]",
  ],
  ['iam', 'CreateUser', { UserName: 'john' }, 'valid'],
  [
    'iam',
    'CreateUser',
    { UserName: 'john doe' },
    "ValidationError: 1 validation error detected: Value 'john doe' at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
  ],
  [
    'sts',
    'AssumeRole',
    { RoleArn: 'arn:aws:iam::123456789012:role/r', RoleSessionName: 'session', DurationSeconds: 60 },
    "ValidationError: 1 validation error detected: Value '60' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
  ],
  ['ec2', 'RunInstances', { MinCount: 1, MaxCount: 1 }, 'valid'],
  [
    'ec2',
    'CreateTags',
    { Tags: [] },
    'MissingParameter: The request must contain the parameter resourceIdSet',
  ],
  [
    'ec2',
    'RunInstances',
    { MinCount: 1 },
    'MissingParameter: The request must contain the parameter MaxCount',
  ],
  [
    'ec2',
    'RunInstances',
    { MinCount: 1, MaxCount: 1, InstanceInitiatedShutdownBehavior: 'explode' },
    'InvalidParameterValue: Value ( explode ) for parameter instanceInitiatedShutdownBehavior is invalid.',
  ],
  [
    'ec2',
    'CreateVolume',
    { VolumeType: 'gp9' },
    "UnknownVolumeType: Unsupported volume type 'gp9' for volume creation.",
  ],
  [
    'ec2',
    'DescribeInstanceAttribute',
    { InstanceId: 'i-0123456789abcdef0', Attribute: 'colour' },
    'InvalidParameterValue: Value ( colour ) for parameter attribute is invalid.',
  ],
  [
    'ec2',
    'DescribeIamInstanceProfileAssociations',
    { MaxResults: 4 },
    'InvalidParameterValue: Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than 5.',
  ],
];

describe('constraint violations are told in the words of AWS', () => {
  for (const [id, operation, input, expected] of WORDINGS) {
    const about = expected === 'valid' ? 'a valid input' : expected.slice(0, 100);
    test(`${id}:${operation}: ${about}`, () => assert.equal(violation(id, operation, input), expected));
  }
});

test('secret text is never in the message', () => {
  const secret = 'hunter2'.repeat(50);
  const said = violation('iam', 'CreateLoginProfile', { UserName: 'john', Password: secret });
  assert.match(said, /^ValidationError: 1 validation error detected: Value at 'password' failed/);
  assert.ok(!said.includes('hunter2'));
});

test('any input of the right types gets a verdict, never a crash', () => {
  for (const id of serviceIds) {
    const service = serviceShapes(id);
    for (const name of service.operationNames) {
      const operation = service.operation(name);
      if (!operation) continue;
      const inputs = arbitraryValue(operation.input, { text: fc.string({ maxLength: 4 }), shortestList: 0 });
      for (const input of [{}, ...fc.sample(inputs, { numRuns: 1, seed: 3 })]) {
        const error = validate(operation, input);
        const missing: readonly Member[] = operation.input.members.filter(({ required, name: member }) => {
          return required && !(member in (input as object));
        });
        assert.ok(error === undefined || error instanceof AwsError, `${id}:${name}`);
        if (missing.length > 0) assert.equal(error?.status, 400, `${id}:${name} lacks ${missing[0]!.name}`);
      }
    }
  }
});
