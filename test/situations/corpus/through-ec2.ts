/** What EC2 asks of KMS for its caller: the call succeeds, and its resource fails afterwards. */
import { createVolume } from '../calls.ts';
import type { Situation } from '../situation.ts';
import {
  ADMINISTRATION,
  FOR_AWS_RESOURCES,
  forPrincipal,
  forService,
  grantFor,
  may,
  mayNot,
  THROUGH_EC2,
  throughEc2,
} from '../statements.ts';

const EBS_REQUIREMENTS = 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html';

const launch = (as: string, ImageId = '<public-image>') => ({
  as,
  call: 'ec2:RunInstances',
  with: {
    ImageId,
    InstanceType: 't3.micro',
    MinCount: 1,
    MaxCount: 1,
    BlockDeviceMappings: [
      { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: '<data>' } },
    ],
  },
});

export const THROUGH_EC2_SITUATIONS: readonly Situation[] = [
  {
    name: 'start-without-create-grant',
    source: 'https://github.com/ministryofjustice/modernisation-platform/pull/3516',
    story:
      'A user who may do everything in EC2 starts an instance with a volume under a customer managed key.',
    world: [
      { key: 'data', alias: 'alias/app' },
      { user: 'john', allow: ['ec2:*'] },
      { instance: 'web', keys: ['data'], isStopped: true },
    ],
    call: { as: 'john', call: 'ec2:StartInstances', with: { InstanceIds: ['<web>'] } },
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:CreateGrant',
      resource: '<data>',
      policyType: 'identity-based policy',
      says: /user john may not kms:CreateGrant/,
      fixes: [{ kind: 'new-statement', target: '<john>', document: grantFor('data') }],
    },
    stillRefused: [
      {
        as: 'john',
        call: 'kms:CreateGrant',
        with: { KeyId: '<data>', GranteePrincipal: '<john>', Operations: ['Decrypt'] },
      },
    ],
  },
  {
    name: 'start-with-volumes-under-two-keys',
    source: 'own: any host with data volumes',
    story: 'An instance has volumes under two keys, and neither may be used.',
    world: [
      { key: 'data' },
      { key: 'logs' },
      { user: 'john', allow: ['ec2:*'] },
      { instance: 'web', keys: ['data', 'logs'], isStopped: true },
    ],
    call: { as: 'john', call: 'ec2:StartInstances', with: { InstanceIds: ['<web>'] } },
    ask: { subject: '<web>' },
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:CreateGrant',
      policyType: 'identity-based policy',
      fixes: [{ kind: 'new-statement', target: '<john>', document: grantFor('data', 'logs') }],
    },
  },
  {
    name: 'scheduler-role-starts-instances',
    source: 'https://github.com/aws-solutions/instance-scheduler-on-aws/issues/460',
    story: "A scheduler's role starts instances at eight; those with encrypted volumes stop again at once.",
    world: [
      { key: 'data' },
      {
        role: 'Scheduler',
        policy: [may(['ec2:StartInstances', 'ec2:StopInstances', 'ec2:DescribeInstances'])],
      },
      { instance: 'web', keys: ['data'], isStopped: true },
    ],
    call: { as: 'Scheduler', call: 'ec2:StartInstances', with: { InstanceIds: ['<web>'] } },
    ask: { subject: '<web>' },
    expect: {
      verdict: 'denied',
      who: '<Scheduler>',
      action: 'kms:CreateGrant',
      resource: '<data>',
      policyType: 'identity-based policy',
      fixes: [{ kind: 'new-statement', target: '<Scheduler>', document: grantFor('data') }],
    },
  },
  {
    name: 'blank-volume-under-a-key',
    source: EBS_REQUIREMENTS,
    story:
      'A user creates a volume under a key on which he has no right; the volume is there for a moment, and gone.',
    world: [{ key: 'data' }, { user: 'john', allow: ['ec2:*'] }],
    call: createVolume('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:GenerateDataKeyWithoutPlaintext',
      resource: '<data>',
      policyType: 'identity-based policy',
      fixes: [
        {
          kind: 'new-statement',
          target: '<john>',
          document: throughEc2('kms:GenerateDataKeyWithoutPlaintext', 'data'),
        },
      ],
    },
    stillRefused: [
      {
        as: 'john',
        call: 'kms:GenerateDataKeyWithoutPlaintext',
        with: { KeyId: '<data>', KeySpec: 'AES_256' },
      },
    ],
  },
  {
    name: 'volume-of-a-snapshot-to-another-key',
    source: EBS_REQUIREMENTS,
    story: 'A volume is made from a snapshot under one key, to be encrypted under another.',
    world: [
      { key: 'data' },
      { key: 'old' },
      { snapshot: 'backup', key: 'old' },
      { user: 'john', allow: ['ec2:*'] },
    ],
    call: createVolume('john', { SnapshotId: '<backup>' }),
    expect: {
      verdict: 'denied',
      who: '<john>',
      policyType: 'identity-based policy',
      fixes: [
        {
          kind: 'new-statement',
          target: '<john>',
          document: [
            throughEc2('kms:ReEncryptFrom', 'old'),
            throughEc2(['kms:ReEncryptTo', 'kms:GenerateDataKeyWithoutPlaintext'], 'data'),
            grantFor('data'),
          ],
        },
      ],
    },
  },
  {
    name: 'controller-launches-under-a-new-key',
    source: 'https://github.com/aws/karpenter-provider-aws/issues/4935',
    story:
      "A cluster's controller launches nodes with a root volume under a key that its role was never given.",
    world: [{ key: 'data' }, { role: 'Karpenter', allow: ['ec2:*'] }],
    call: {
      as: 'Karpenter',
      call: 'ec2:RunInstances',
      with: {
        ImageId: '<public-image>',
        InstanceType: 't3.micro',
        MinCount: 1,
        MaxCount: 1,
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId: '<data>' } }],
      },
    },
    expect: {
      verdict: 'denied',
      who: '<Karpenter>',
      resource: '<data>',
      policyType: 'identity-based policy',
      fixes: [
        {
          kind: 'new-statement',
          target: '<Karpenter>',
          document: [throughEc2('kms:GenerateDataKeyWithoutPlaintext', 'data'), grantFor('data')],
        },
      ],
    },
  },
  {
    name: 'launch-with-image-and-blank-volume-of-two-keys',
    source: 'own: an image under one key, a data volume under another',
    story: 'An instance is launched from an image under one key, with a blank volume under another.',
    world: [
      { key: 'data' },
      { key: 'golden' },
      { image: 'base', keys: ['golden'] },
      { user: 'john', allow: ['ec2:*'] },
    ],
    call: launch('john', '<base>'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      policyType: 'identity-based policy',
      fixes: [
        {
          kind: 'new-statement',
          document: [
            grantFor('data', 'golden'),
            throughEc2('kms:GenerateDataKeyWithoutPlaintext', 'data'),
            throughEc2(['kms:ReEncryptFrom', 'kms:ReEncryptTo'], 'golden'),
          ],
        },
      ],
    },
  },
  {
    name: 'copy-image-to-another-key',
    source: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/CopyingAMIs.html',
    story: 'An image under one key is copied, to be encrypted under another.',
    world: [
      { key: 'data' },
      { key: 'golden' },
      { image: 'base', keys: ['golden'] },
      { user: 'john', allow: ['ec2:*'] },
    ],
    call: {
      as: 'john',
      call: 'ec2:CopyImage',
      with: {
        Name: 'copy',
        SourceImageId: '<base>',
        SourceRegion: 'us-east-1',
        Encrypted: true,
        KmsKeyId: '<data>',
      },
    },
    expect: {
      verdict: 'denied',
      who: '<john>',
      policyType: 'identity-based policy',
      fixes: [{ kind: 'new-statement', target: '<john>' }],
    },
  },
  {
    name: 'copy-snapshot-without-describe-key',
    source: 'https://github.com/nasa/cumulus-orca/pull/317',
    story:
      'A backup job copies a snapshot; its role may do all that its author found in the documents but describe the key.',
    world: [
      { key: 'data' },
      { snapshot: 'backup', key: 'data' },
      {
        role: 'Backup',
        allow: ['ec2:*'],
        policy: [may(['kms:CreateGrant', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'])],
      },
    ],
    call: {
      as: 'Backup',
      call: 'ec2:CopySnapshot',
      with: { SourceRegion: 'us-east-1', SourceSnapshotId: '<backup>', Encrypted: true, KmsKeyId: '<data>' },
    },
    expect: {
      verdict: 'denied',
      who: '<Backup>',
      action: 'kms:DescribeKey',
      resource: '<data>',
      policyType: 'identity-based policy',
      fixes: [{ kind: 'new-statement', target: '<Backup>', document: throughEc2('kms:DescribeKey', 'data') }],
    },
  },
  {
    name: 'attach-a-volume-under-another-key',
    source: EBS_REQUIREMENTS,
    story: 'A volume under a key is attached to a running instance.',
    world: [
      { key: 'data' },
      { volume: 'disk', key: 'data' },
      { instance: 'web', keys: [] },
      { user: 'john', allow: ['ec2:*'] },
    ],
    call: {
      as: 'john',
      call: 'ec2:AttachVolume',
      with: { InstanceId: '<web>', VolumeId: '<disk>', Device: '/dev/sdk' },
    },
    ask: { subject: '<disk>' },
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:CreateGrant',
      resource: '<data>',
      policyType: 'identity-based policy',
      fixes: [{ kind: 'new-statement', target: '<john>', document: grantFor('data') }],
    },
  },
  {
    name: 'key-policy-names-the-user-without-create-grant',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html',
    story:
      'A key policy gives its users the actions on data, and no grants, and does not delegate to the account.',
    world: [
      { user: 'john', allow: ['ec2:*', 'kms:*'] },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forPrincipal(
            '<john>',
            ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
            { Sid: 'Use' },
          ),
        ],
      },
    ],
    call: launch('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:CreateGrant',
      resource: '<data>',
      policyType: 'resource-based policy',
      says: /key policy covers user \S+ for other actions only \(statement "Use"\)/,
      fixes: [
        {
          kind: 'new-statement',
          target: '<data>',
          document: forPrincipal('<john>', 'kms:CreateGrant', { Condition: FOR_AWS_RESOURCES }),
        },
      ],
    },
  },
  {
    name: 'deny-of-create-grant-to-all',
    source: 'own: a policy that forbids grants and means those of people',
    story:
      'An identity policy denies kms:CreateGrant to keep people from making grants, and so EC2 cannot make one either.',
    world: [
      { key: 'data' },
      { user: 'john', allow: ['ec2:*', 'kms:*'], policy: [mayNot('kms:CreateGrant', { Sid: 'NoGrants' })] },
      { instance: 'web', keys: ['data'], isStopped: true },
    ],
    call: { as: 'john', call: 'ec2:StartInstances', with: { InstanceIds: ['<web>'] } },
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:CreateGrant',
      policyType: 'identity-based policy',
      denies: 'NoGrants',
      fixes: [{ kind: 'narrowed-deny', target: '<john>' }],
    },
    stillRefused: [
      {
        as: 'john',
        call: 'kms:CreateGrant',
        with: { KeyId: '<data>', GranteePrincipal: '<john>', Operations: ['Decrypt'] },
      },
    ],
  },
  {
    name: 'data-keys-without-the-asterisk',
    source: 'https://github.com/aws/karpenter-provider-aws/issues/3767',
    story: 'A key policy names kms:GenerateDataKey, and EC2 asks for GenerateDataKeyWithoutPlaintext.',
    world: [
      { role: 'Nodes', allow: ['ec2:*'] },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forPrincipal('<Nodes>', ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:CreateGrant'], { Sid: 'Use' }),
        ],
      },
    ],
    call: launch('Nodes'),
    expect: {
      verdict: 'denied',
      who: '<Nodes>',
      action: 'kms:GenerateDataKeyWithoutPlaintext',
      nearMiss: 'Use',
      says: /it says kms:GenerateDataKey, which does not cover kms:GenerateDataKeyWithoutPlaintext/,
      fixes: [
        {
          kind: 'new-statement',
          target: '<data>',
          document: forPrincipal('<Nodes>', 'kms:GenerateDataKeyWithoutPlaintext', {
            Condition: THROUGH_EC2,
          }),
        },
      ],
    },
  },
  {
    name: 'grants-for-resources-asked-of-every-action',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource',
    story: 'The condition that is meant for grants stands over the use of the key as well.',
    world: [
      { role: 'Nodes', allow: ['ec2:*'] },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forPrincipal('<Nodes>', ['kms:Decrypt', 'kms:GenerateDataKey*', 'kms:CreateGrant'], {
            Sid: 'Use',
            Condition: FOR_AWS_RESOURCES,
          }),
        ],
      },
    ],
    call: launch('Nodes'),
    expect: {
      verdict: 'denied',
      who: '<Nodes>',
      action: 'kms:GenerateDataKeyWithoutPlaintext',
      nearMiss: 'Use',
      says: /AWS does not put kms:GrantIsForAWSResource into requests of kms:/,
      fixes: [{ kind: 'new-statement', target: '<data>' }],
    },
  },
  {
    name: 'service-named-in-place-of-its-caller',
    source: 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html',
    story: 'A key policy names the service EC2, which asks for the key with the rights of whoever launches.',
    world: [
      { role: 'Nodes', allow: ['ec2:*'] },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forService('ec2.amazonaws.com', ['kms:Decrypt', 'kms:GenerateDataKey*', 'kms:CreateGrant'], {
            Sid: 'Service',
          }),
        ],
      },
    ],
    call: launch('Nodes'),
    expect: {
      verdict: 'denied',
      who: '<Nodes>',
      nearMiss: 'Service',
      says: [/it names "ec2\.amazonaws\.com", not the caller/, /with the rights of role Nodes/],
      fixes: [
        {
          kind: 'new-statement',
          target: '<data>',
          document: forPrincipal('<Nodes>', 'kms:GenerateDataKeyWithoutPlaintext', {
            Condition: THROUGH_EC2,
          }),
        },
        {
          kind: 'new-statement',
          target: '<data>',
          document: forPrincipal('<Nodes>', 'kms:CreateGrant', { Condition: FOR_AWS_RESOURCES }),
        },
      ],
    },
  },
];
