/** Keys that cannot be used, whoever asks: their state, their Region, their kind. */
import { encrypt } from '../calls.ts';
import type { Situation, Thing } from '../situation.ts';
import { may } from '../statements.ts';

const startWeb = { as: 'john', call: 'ec2:StartInstances', with: { InstanceIds: ['<web>'] } };
const createVolume = (more: object, region?: string) => ({
  as: 'john',
  call: 'ec2:CreateVolume',
  with: { AvailabilityZone: `${region ?? 'us-east-1'}a`, Size: 1, Encrypted: true, ...more },
  region,
});
const root = (call: string, given: object): Thing => ({ as: 'root', call, with: given });
const john: Thing = { user: 'john', allow: ['ec2:*', 'kms:*'] };
const web: Thing = { instance: 'web', keys: ['data'], isStopped: true };

export const KEY_STATE_SITUATIONS: readonly Situation[] = [
  {
    name: 'key-disabled-under-a-volume',
    source: 'https://github.com/aws-samples/eks-workshop-v2/issues/1542',
    story: 'The key of a stopped instance was disabled; it does not start any more.',
    world: [{ key: 'data' }, john, web, root('kms:DisableKey', { KeyId: '<data>' })],
    call: startWeb,
    ask: { subject: '<web>' },
    expect: {
      verdict: 'failed',
      resource: '<data>',
      says: [/disabled/i, /enable-key/],
      fixes: [{ kind: 'state', target: '<data>', calls: ['kms:EnableKey'] }],
    },
  },
  {
    name: 'key-on-its-way-out',
    source: 'https://github.com/crossplane-contrib/provider-aws/issues/1858',
    story: 'A key that was scheduled for deletion is used.',
    world: [
      { key: 'data' },
      john,
      root('kms:ScheduleKeyDeletion', { KeyId: '<data>', PendingWindowInDays: 7 }),
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'failed',
      who: '<john>',
      resource: '<data>',
      says: [/deletion/, /cancel-key-deletion/],
      fixes: [{ kind: 'state', target: '<data>', calls: ['kms:CancelKeyDeletion', 'kms:EnableKey'] }],
    },
  },
  ...(['snapshot', 'image'] as const).map(
    (what): Situation => ({
      name: `${what}-copied-to-a-disabled-key`,
      source: 'own: EC2 refuses it in its own words, before anything is copied',
      story: `The copy of ${what === 'snapshot' ? 'a snapshot' : 'an image'} is to be under a key that is disabled.`,
      world: [
        { key: 'old' },
        { key: 'data' },
        what === 'snapshot' ? { snapshot: 'source', key: 'old' } : { image: 'source', keys: ['old'] },
        root('kms:DisableKey', { KeyId: '<data>' }),
        john,
      ],
      call: {
        as: 'john',
        call: what === 'snapshot' ? 'ec2:CopySnapshot' : 'ec2:CopyImage',
        with: {
          ...{ SourceRegion: 'us-east-1', Encrypted: true, KmsKeyId: '<data>' },
          ...(what === 'snapshot'
            ? { SourceSnapshotId: '<source>' }
            : { SourceImageId: '<source>', Name: 'copy' }),
        },
      },
      ask: 'the request',
      expect: {
        verdict: 'failed',
        who: '<john>',
        says: [/the key was disabled/, /enable-key/],
        neverSays: /allowed now/,
        fixes: [{ kind: 'state', target: '<data>', calls: ['kms:EnableKey'] }],
      },
    }),
  ),
  {
    name: 'disabled-and-refused-too',
    source: 'own: two causes at once',
    story: 'The key is disabled, and the policies would not allow the call either.',
    world: [
      { key: 'data' },
      { user: 'john', allow: ['ec2:*'] },
      web,
      root('kms:DisableKey', { KeyId: '<data>' }),
    ],
    call: startWeb,
    ask: { subject: '<web>' },
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:CreateGrant',
      fixes: [
        { kind: 'state', target: '<data>', calls: ['kms:EnableKey'] },
        { kind: 'new-statement', target: '<john>' },
      ],
    },
  },
  {
    name: 'deleted-key',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html',
    story: 'The waiting period of a deletion is over; the key is gone, and what it encrypted with it.',
    world: [
      { key: 'data' },
      john,
      web,
      root('kms:ScheduleKeyDeletion', { KeyId: '<data>', PendingWindowInDays: 7 }),
      { later: { days: 8 } },
    ],
    call: startWeb,
    ask: { subject: '<web>' },
    expect: { verdict: 'failed', says: /NotFound|does not exist|deleted/, fixes: [] },
  },
  {
    name: 'key-of-another-region',
    source: 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html',
    story: 'A volume is to be encrypted under a key of another Region, given by its ARN.',
    world: [{ key: 'data', region: 'eu-west-1' }, { key: 'here' }, john],
    call: createVolume({ KmsKeyId: '<data>' }),
    expect: {
      verdict: 'failed',
      resource: '<data>',
      says: [/eu-west-1/, /us-east-1/],
      fixes: [{ kind: 'request', says: /key in us-east-1/ }],
    },
    again: createVolume({ KmsKeyId: '<here>' }),
  },
  {
    name: 'kms-call-with-a-key-of-another-region',
    source: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html',
    story: 'KMS of one Region is asked for a key of another.',
    world: [{ key: 'data', region: 'eu-west-1' }, john],
    call: encrypt('john'),
    expect: {
      verdict: 'failed',
      who: '<john>',
      says: /eu-west-1/,
      fixes: [{ kind: 'request', says: /eu-west-1/ }],
    },
    again: encrypt('john', {}, { region: 'eu-west-1' }),
  },
  {
    name: 'asymmetric-key-for-a-volume',
    source: 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html',
    story: 'A volume is to be encrypted under an RSA key; EBS takes symmetric keys only.',
    world: [{ key: 'data', spec: 'RSA_2048' }, { key: 'symmetric' }, john],
    call: createVolume({ KmsKeyId: '<data>' }),
    expect: {
      verdict: 'failed',
      resource: '<data>',
      says: /symmetric/,
      fixes: [{ kind: 'request', says: /symmetric/ }],
    },
    again: createVolume({ KmsKeyId: '<symmetric>' }),
  },
  {
    name: 'imported-material-never-came',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys.html',
    story: 'A key for imported material has none yet.',
    world: [{ as: 'root', call: 'kms:CreateKey', with: { Origin: 'EXTERNAL' }, name: 'data' }, john],
    call: encrypt('john'),
    expect: {
      verdict: 'failed',
      who: '<john>',
      resource: '<data>',
      says: [/PendingImport/, /import-key-material/],
      fixes: [{ kind: 'state', target: '<data>' }],
    },
    byHand: [{ material: 'data' }],
  },
  {
    name: 'imported-material-expired-under-a-volume',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys-import-key-material.html',
    story: 'The material of a key was imported for a day; the instance was stopped over the weekend.',
    world: [
      { as: 'root', call: 'kms:CreateKey', with: { Origin: 'EXTERNAL' }, name: 'data' },
      { material: 'data', expiresInDays: 1 },
      john,
      web,
      { later: { days: 2 } },
    ],
    call: startWeb,
    ask: { subject: '<web>' },
    expect: {
      verdict: 'failed',
      resource: '<data>',
      says: [/PendingImport/, /import-key-material/],
      fixes: [{ kind: 'state', target: '<data>' }],
    },
    byHand: [{ material: 'data' }],
  },
  {
    name: 'encryption-context-of-decrypt-missing',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html',
    story: 'What was encrypted with an encryption context is decrypted without it: no policy helps.',
    world: [{ key: 'data' }, john, { ciphertext: 'sealed', key: 'data', context: { app: 'shop' } }],
    call: { as: 'john', call: 'kms:Decrypt', with: { CiphertextBlob: '<sealed>' } },
    expect: {
      verdict: 'failed',
      who: '<john>',
      action: 'kms:Decrypt',
      says: [/InvalidCiphertextException/, /encryption context/],
      fixes: [{ kind: 'request', says: /encryption context/ }],
    },
    again: {
      as: 'john',
      call: 'kms:Decrypt',
      with: { CiphertextBlob: '<sealed>', EncryptionContext: { app: 'shop' } },
    },
  },
  {
    name: 'default-ebs-key-with-a-deny',
    source: 'own: a Deny on keys of AWS',
    story: 'Volumes are under aws/ebs, and a Deny of kms:* on all keys meets what EC2 asks for the user.',
    world: [
      {
        user: 'john',
        allow: ['ec2:*'],
        policy: [{ Sid: 'NoKms', Effect: 'Deny', Action: 'kms:*', Resource: '*' }],
      },
    ],
    call: createVolume({}),
    expect: {
      verdict: 'denied',
      who: '<john>',
      policyType: 'identity-based policy',
      denies: 'NoKms',
      fixes: [{ kind: 'narrowed-deny', target: '<john>' }],
    },
  },
  {
    name: 'default-key-of-the-account-is-another',
    source: 'https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html',
    story:
      "Volumes are encrypted by default under the account's own default key, which the user may not use.",
    world: [
      { key: 'data' },
      { as: 'root', call: 'ec2:ModifyEbsDefaultKmsKeyId', with: { KmsKeyId: '<data>' } },
      { as: 'root', call: 'ec2:EnableEbsEncryptionByDefault', with: {} },
      { user: 'john', policy: [may('ec2:*')] },
    ],
    call: { as: 'john', call: 'ec2:CreateVolume', with: { AvailabilityZone: 'us-east-1a', Size: 1 } },
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:GenerateDataKeyWithoutPlaintext',
      resource: '<data>',
      fixes: [{ kind: 'new-statement', target: '<john>' }],
    },
  },
];
