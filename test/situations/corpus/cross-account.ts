/** A key of one account, used from another: both sides must allow, and a grant counts by who issued it. */
import { encrypt } from '../calls.ts';
import type { Situation, Thing } from '../situation.ts';
import { forPrincipal, may, THROUGH_EC2 } from '../statements.ts';

const ownedBy = (...more: object[]) => [
  {
    Sid: 'Delegation',
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::<owner>:root' },
    Action: 'kms:*',
    Resource: '*',
  },
  ...more,
];
const foreignKey = (...more: object[]): Thing => ({
  key: 'data',
  in: 'owner',
  policy: ownedBy(...more) as never,
});
const owner: Thing = { account: 'owner' };
const admitsHome = { ...forPrincipal('arn:aws:iam::<home>:root', 'kms:Encrypt'), Sid: 'Home' };

export const CROSS_ACCOUNT_SITUATIONS: readonly Situation[] = [
  {
    name: 'foreign-key-neither-side',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
    story:
      'A user calls with a key of another account, whose policy does not know hers, and her own do not speak of it.',
    world: [owner, foreignKey(), { user: 'ann', allow: ['ec2:*'] }],
    call: encrypt('ann'),
    expect: {
      verdict: 'denied',
      who: '<ann>',
      resource: '<data>',
      says: /both sides must allow/,
      neverSays: /a grant would do as well/,
      fixes: [
        {
          kind: 'new-statement',
          account: '<home>',
          target: '<ann>',
          document: may('kms:Encrypt', { Resource: '<data>' }),
        },
        {
          kind: 'new-statement',
          account: '<owner>',
          target: '<data>',
          document: forPrincipal('<ann>', 'kms:Encrypt'),
        },
      ],
    },
  },
  {
    name: 'foreign-key-own-side-missing',
    source: 'https://github.com/aws/aws-cdk/issues/12921',
    story: 'The key policy admits the account; the user has no policy for it.',
    world: [owner, foreignKey(admitsHome), { user: 'ann', allow: ['s3:*'] }],
    call: encrypt('ann'),
    expect: {
      verdict: 'denied',
      who: '<ann>',
      policyType: 'identity-based policy',
      says: /account \d+ does, account \d+ does not/,
      fixes: [
        {
          kind: 'new-statement',
          account: '<home>',
          target: '<ann>',
          document: may('kms:Encrypt', { Resource: '<data>' }),
        },
      ],
    },
  },
  {
    name: 'foreign-key-owner-side-missing',
    source: 'https://github.com/ministryofjustice/modernisation-platform/pull/2343',
    story: "The user's own policy names the foreign key; the key's policy does not name her account.",
    world: [owner, foreignKey(), { user: 'ann', policy: [may('kms:*', { Resource: '<data>' })] }],
    call: encrypt('ann'),
    expect: {
      verdict: 'denied',
      who: '<ann>',
      policyType: 'resource-based policy',
      neverSays: /would do as well/,
      fixes: [
        {
          kind: 'new-statement',
          account: '<owner>',
          target: '<data>',
          document: forPrincipal('<ann>', 'kms:Encrypt'),
        },
      ],
    },
  },
  {
    name: 'foreign-role-with-an-owners-grant',
    source: 'https://github.com/hashicorp/terraform-provider-aws/issues/13705',
    story:
      "The key's owner made a grant to a role of another account; its own account must allow the call as well.",
    world: [
      owner,
      { role: 'App' },
      foreignKey(),
      {
        as: 'root',
        in: 'owner',
        call: 'kms:CreateGrant',
        with: { KeyId: '<data>', GranteePrincipal: '<App>', Operations: ['Encrypt'] },
      },
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      policyType: 'identity-based policy',
      says: /issued by account/,
      neverSays: /allows it$/m,
      fixes: [
        {
          kind: 'new-statement',
          account: '<home>',
          target: '<App>',
          document: may('kms:Encrypt', { Resource: '<data>' }),
        },
      ],
    },
  },
  {
    name: 'snapshot-shared-and-its-key-not',
    source: 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html',
    story: 'A snapshot is shared with another account; the key that it is under is not.',
    world: [
      owner,
      { key: 'data', in: 'owner' },
      { key: 'ours' },
      { snapshot: 'shared', key: 'data', in: 'owner', sharedWith: 'home' },
      { user: 'ann', allow: ['ec2:*', 'kms:*'] },
    ],
    call: {
      as: 'ann',
      call: 'ec2:CopySnapshot',
      with: { SourceRegion: 'us-east-1', SourceSnapshotId: '<shared>', Encrypted: true, KmsKeyId: '<ours>' },
    },
    expect: {
      verdict: 'denied',
      who: '<ann>',
      resource: '<data>',
      policyType: 'resource-based policy',
      fixes: [{ kind: 'new-statement', account: '<owner>', target: '<data>' }],
    },
  },
  {
    name: 'image-shared-and-its-key-not',
    source: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/share-amis-with-organizations-and-OUs.html',
    story:
      'An image is shared with another account, and an instance is launched of it; the key is not shared.',
    world: [
      owner,
      { key: 'data', in: 'owner' },
      { image: 'base', keys: ['data'], in: 'owner', sharedWith: 'home' },
      { user: 'ann', allow: ['ec2:*', 'kms:*'] },
    ],
    call: {
      as: 'ann',
      call: 'ec2:RunInstances',
      with: { ImageId: '<base>', InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 },
    },
    expect: {
      verdict: 'denied',
      who: '<ann>',
      resource: '<data>',
      policyType: 'resource-based policy',
      // Of a shared image the volume is encrypted anew, under the default key of the account that launches it.
      fixes: [
        {
          kind: 'new-statement',
          account: '<owner>',
          target: '<data>',
          document: forPrincipal('<ann>', 'kms:ReEncryptFrom', { Condition: THROUGH_EC2 }),
        },
      ],
    },
  },
  {
    name: 'image-copied-across-accounts',
    source: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/CopyingAMIs.html',
    story:
      'A shared image is copied into an account of its own, under a key there; the source key is not shared.',
    world: [
      owner,
      { key: 'data', in: 'owner' },
      { key: 'ours' },
      { image: 'base', keys: ['data'], in: 'owner', sharedWith: 'home' },
      { user: 'ann', allow: ['ec2:*', 'kms:*'] },
    ],
    call: {
      as: 'ann',
      call: 'ec2:CopyImage',
      with: {
        Name: 'copy',
        SourceImageId: '<base>',
        SourceRegion: 'us-east-1',
        Encrypted: true,
        KmsKeyId: '<ours>',
      },
    },
    expect: {
      verdict: 'denied',
      who: '<ann>',
      resource: '<data>',
      policyType: 'resource-based policy',
      fixes: [{ kind: 'new-statement', account: '<owner>', target: '<data>' }],
    },
  },
  {
    name: 'foreign-alias-names-nothing',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-alias-name',
    story: "An alias's name, without its account, is looked up in the caller's own account.",
    world: [owner, { key: 'data', in: 'owner', alias: 'alias/shared' }, { user: 'ann', allow: ['kms:*'] }],
    call: { as: 'ann', call: 'kms:Encrypt', with: { KeyId: 'alias/shared', Plaintext: 'x' } },
    expect: {
      verdict: 'failed',
      who: '<ann>',
      action: 'kms:Encrypt',
      says: /NotFoundException/,
      fixes: [],
    },
  },
  {
    name: 'principal-of-an-account-that-is-trusted-by-the-owner-only-as-a-role',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
    story: 'The key policy names a role of the other account; a user of that account calls by himself.',
    world: [
      owner,
      { role: 'App' },
      foreignKey({ ...forPrincipal('<App>', 'kms:Encrypt'), Sid: 'App' }),
      { user: 'ann', allow: ['kms:*'] },
    ],
    call: encrypt('ann'),
    expect: {
      verdict: 'denied',
      who: '<ann>',
      policyType: 'resource-based policy',
      fixes: [
        {
          kind: 'new-statement',
          account: '<owner>',
          target: '<data>',
          document: forPrincipal('<ann>', 'kms:Encrypt'),
        },
      ],
    },
  },
];
