/** Launches, copies and attachments as people report them: who launches is a controller, a group or a pipeline, and the key is somebody else's. */
import { createVolume, encrypt, run } from '../calls.ts';
import type { Situation, Thing } from '../situation.ts';
import {
  ADMINISTRATION,
  DELEGATION,
  FOR_AWS_RESOURCES,
  forPrincipal,
  grantFor,
  may,
  mayNot,
  THROUGH_EC2,
  throughEc2,
} from '../statements.ts';

const SERVICE_ROLE =
  'arn:aws:iam::<home>:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';
const SPOT_ROLE = 'arn:aws:iam::<home>:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot';
const roleOf = (service: string): Thing => ({
  as: 'root',
  call: 'iam:CreateServiceLinkedRole',
  with: { AWSServiceName: `${service}.amazonaws.com` },
});
const group = (template: string, more: object = {}) => ({
  as: 'root',
  call: 'autoscaling:CreateAutoScalingGroup',
  with: {
    AutoScalingGroupName: 'web',
    LaunchTemplate: { LaunchTemplateId: `<${template}>` },
    MinSize: 0,
    MaxSize: 2,
    DesiredCapacity: 1,
    AvailabilityZones: ['us-east-1a'],
    ...more,
  },
});
const volumeUnder = (key: string, more: object = {}) => ({
  BlockDeviceMappings: [
    { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: `<${key}>`, ...more } },
  ],
});
const MAKE = 'kms:GenerateDataKeyWithoutPlaintext';
/** What whoever launches lacks in a key policy. */
const launchedBy = (principal: string, key: string) =>
  [
    forPrincipal(principal, MAKE, { Condition: THROUGH_EC2 }),
    forPrincipal(principal, 'kms:CreateGrant', { Condition: FOR_AWS_RESOURCES }),
  ].map((document) => ({ kind: 'new-statement' as const, target: `<${key}>`, document }));
const admitting = (principal: string) => [
  ADMINISTRATION,
  forPrincipal(principal, ['kms:Decrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*', 'kms:DescribeKey']),
  forPrincipal(principal, 'kms:CreateGrant', { Condition: FOR_AWS_RESOURCES }),
];

export const LAUNCH_SITUATIONS: readonly Situation[] = [
  {
    name: 'controller-under-the-default-key-of-the-account',
    source: 'https://github.com/aws/karpenter-provider-aws/issues/1407',
    story: "The account's default key for volumes became one of the platform's, and a controller names none.",
    world: [
      { key: 'platform', policy: [ADMINISTRATION] },
      { as: 'root', call: 'ec2:ModifyEbsDefaultKmsKeyId', with: { KmsKeyId: '<platform>' } },
      { as: 'root', call: 'ec2:EnableEbsEncryptionByDefault' },
      { role: 'Controller', allow: ['ec2:*', 'kms:*'] },
    ],
    call: run('Controller'),
    expect: {
      verdict: 'denied',
      who: '<Controller>',
      resource: '<platform>',
      policyType: 'resource-based policy',
      fixes: launchedBy('<Controller>', 'platform'),
    },
  },
  {
    name: 'second-volume-that-is-not-encrypted',
    source: 'https://github.com/eksctl-io/eksctl/issues/3812',
    story:
      'An organization denies launches with volumes that are not encrypted, and a node has a second one.',
    world: [
      { unit: 'Prod', accounts: ['home'] },
      { key: 'data' },
      { role: 'Nodes', allow: ['ec2:*', 'kms:*'] },
      {
        guardrail: 'Encrypted',
        on: 'Prod',
        type: 'service control policy',
        policy: [
          mayNot('ec2:RunInstances', {
            Sid: 'NoPlainVolumes',
            Resource: 'arn:aws:ec2:*:*:volume/*',
            Condition: { Bool: { 'ec2:Encrypted': 'false' } },
          }),
        ],
      },
    ],
    call: run('Nodes', {
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId: '<data>' } },
        { DeviceName: '/dev/xvdb', Ebs: { VolumeSize: 2 } },
      ],
    }),
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<Nodes>',
      action: 'ec2:RunInstances',
      denies: 'NoPlainVolumes',
      says: /ec2:Encrypted/,
      fixes: [{ kind: 'fact', says: /or give Encrypted for each volume/ }],
    },
  },
  {
    name: 'allow-from-the-office-meets-the-service',
    source: 'https://github.com/aws/copilot-cli/issues/5500',
    story: "A user may do everything from his office's address, and EC2 calls KMS from its own.",
    world: [
      { key: 'data' },
      { user: 'john', policy: [may('*', { Condition: { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } } })] },
    ],
    call: createVolume('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: MAKE,
      resource: '<data>',
      says: /aws:SourceIp/,
      fixes: [
        {
          kind: 'new-statement',
          target: '<john>',
          document: [throughEc2(MAKE, 'data')],
        },
      ],
    },
  },
  {
    name: 'volume-that-is-made-and-not-attached',
    source: 'https://github.com/kubernetes/kubernetes/issues/62171',
    story: 'A driver may make volumes under a key, and not the grant by which they are attached.',
    world: [
      { key: 'data' },
      { role: 'Driver', allow: ['ec2:*'], policy: [may(['kms:Decrypt', MAKE], { Resource: '<data>' })] },
      { instance: 'node', keys: [] },
      { volume: 'disk', key: 'data' },
    ],
    call: {
      as: 'Driver',
      call: 'ec2:AttachVolume',
      with: { VolumeId: '<disk>', InstanceId: '<node>', Device: '/dev/sdg' },
    },
    expect: {
      verdict: 'denied',
      who: '<Driver>',
      action: 'kms:CreateGrant',
      resource: '<data>',
      fixes: [{ kind: 'new-statement', target: '<Driver>', document: grantFor('data') }],
    },
  },
  {
    name: 'group-whose-key-was-narrowed-since',
    source: 'own: a key policy that somebody tidied',
    story:
      "A group launched for months; its role was taken out of the key's policy, and it does not scale out.",
    world: [
      roleOf('autoscaling'),
      { key: 'data', policy: admitting(SERVICE_ROLE) },
      { template: 'nodes', keys: ['data'] },
      group('nodes'),
      { later: { days: 30 } },
      {
        as: 'root',
        call: 'kms:PutKeyPolicy',
        with: { KeyId: '<data>', PolicyName: 'default', Policy: [ADMINISTRATION] },
      },
    ],
    call: {
      as: 'root',
      call: 'autoscaling:SetDesiredCapacity',
      with: { AutoScalingGroupName: 'web', DesiredCapacity: 2 },
      seenBy: {
        call: 'autoscaling:DescribeAutoScalingGroups',
        with: { AutoScalingGroupNames: ['web'] },
        shows: /InService[\s\S]*InService/,
      },
    },
    ask: { subject: 'web' },
    expect: {
      verdict: 'denied',
      who: SERVICE_ROLE,
      resource: '<data>',
      policyType: 'resource-based policy',
      fixes: launchedBy(SERVICE_ROLE, 'data'),
    },
  },
  {
    name: 'group-whose-key-is-to-be-deleted',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html',
    story: "A group's key was scheduled for deletion by somebody who took it for unused.",
    world: [
      roleOf('autoscaling'),
      { key: 'data', policy: admitting(SERVICE_ROLE) },
      { template: 'nodes', keys: ['data'] },
      { as: 'root', call: 'kms:ScheduleKeyDeletion', with: { KeyId: '<data>', PendingWindowInDays: 7 } },
    ],
    call: group('nodes'),
    ask: 'what was made',
    expect: {
      verdict: 'failed',
      resource: '<data>',
      says: /deletion/,
      fixes: [{ kind: 'state', target: '<data>', calls: ['kms:CancelKeyDeletion', 'kms:EnableKey'] }],
    },
  },
  {
    name: 'alias-that-points-to-another-key',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/alias-update.html',
    story: 'An alias was pointed to a new key; the policy of whoever launches by it still names the old one.',
    world: [
      { key: 'old', alias: 'alias/volumes' },
      { key: 'new' },
      {
        role: 'Launcher',
        allow: ['ec2:*'],
        policy: [throughEc2([MAKE, 'kms:Decrypt'], 'old'), grantFor('old')],
      },
      {
        as: 'root',
        call: 'kms:UpdateAlias',
        with: { AliasName: 'alias/volumes', TargetKeyId: '<new>' },
      },
    ],
    call: run('Launcher', volumeUnder('new', { KmsKeyId: 'alias/volumes' })),
    expect: {
      verdict: 'denied',
      who: '<Launcher>',
      resource: '<new>',
      says: /alias\/volumes/,
      fixes: [
        {
          kind: 'new-statement',
          target: '<Launcher>',
          document: [throughEc2(MAKE, 'new'), grantFor('new')],
        },
      ],
    },
  },
  {
    name: 'group-with-an-old-version-of-its-template',
    source: 'own: a template whose default version nobody moved',
    story: "A template's new version has the new key, its default version the old one, which is disabled.",
    world: [
      roleOf('autoscaling'),
      { key: 'old', policy: admitting(SERVICE_ROLE) },
      { key: 'new', policy: admitting(SERVICE_ROLE) },
      { template: 'nodes', keys: ['old'] },
      {
        as: 'root',
        call: 'ec2:CreateLaunchTemplateVersion',
        with: {
          LaunchTemplateId: '<nodes>',
          SourceVersion: '1',
          LaunchTemplateData: volumeUnder('new'),
        },
      },
      { as: 'root', call: 'kms:DisableKey', with: { KeyId: '<old>' } },
    ],
    call: group('nodes'),
    ask: 'what was made',
    expect: {
      verdict: 'failed',
      resource: '<old>',
      says: /disabled/,
      fixes: [{ kind: 'state', target: '<old>', calls: ['kms:EnableKey'] }],
    },
  },
  {
    name: 'launch-that-lacks-three-things',
    source: 'own: a pipeline that was given what its first template needed',
    story:
      'A launch passes a role, gives tags and has a volume under a key; who launches may do none of that.',
    world: [
      { key: 'data' },
      { role: 'App', profile: true, trust: [trustOf('ec2')] },
      { role: 'Pipeline', allow: ['ec2:RunInstances'] },
    ],
    call: run('Pipeline', {
      ...volumeUnder('data'),
      IamInstanceProfile: { Name: 'App' },
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'app', Value: 'web' }] }],
    }),
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<Pipeline>',
      fixes: [{ kind: 'new-statement', target: '<Pipeline>' }],
    },
    stillRefused: [
      { as: 'Pipeline', call: 'kms:GenerateDataKey', with: { KeyId: '<data>', KeySpec: 'AES_256' } },
    ],
  },
  {
    name: 'spot-request-whose-role-the-key-does-not-admit',
    source:
      'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/service-linked-roles-spot-instance-requests.html',
    story: 'A Spot request with a volume under a key, which does not admit the service-linked role of Spot.',
    world: [
      roleOf('spot'),
      { user: 'john', allow: ['ec2:*', 'kms:*'] },
      { key: 'data', policy: [DELEGATION] },
    ],
    call: {
      as: 'john',
      call: 'ec2:RequestSpotInstances',
      with: {
        InstanceCount: 1,
        LaunchSpecification: { ImageId: '<public-image>', InstanceType: 't3.micro', ...volumeUnder('data') },
      },
    },
    expect: {
      verdict: 'denied',
      who: SPOT_ROLE,
      resource: '<data>',
      fixes: launchedBy(SPOT_ROLE, 'data'),
    },
  },
  {
    name: 'shared-image-re-encrypted-by-default',
    source: 'https://github.com/hashicorp/packer-plugin-amazon/issues/248',
    story:
      "An account whose volumes are encrypted by default launches from a partner's image; the partner's key lets nobody in.",
    world: [
      { account: 'partner' },
      { key: 'golden', in: 'partner' },
      { image: 'base', keys: ['golden'], in: 'partner', sharedWith: 'home' },
      { key: 'own' },
      { as: 'root', call: 'ec2:ModifyEbsDefaultKmsKeyId', with: { KmsKeyId: '<own>' } },
      { as: 'root', call: 'ec2:EnableEbsEncryptionByDefault' },
      { role: 'Deploy', allow: ['ec2:*', 'kms:*'] },
    ],
    call: run('Deploy', { ImageId: '<base>' }),
    expect: {
      verdict: 'denied',
      who: '<Deploy>',
      resource: '<golden>',
      says: /partner|account/,
      fixes: [{ kind: 'new-statement', target: '<golden>', account: '<partner>' }],
    },
  },
  {
    name: 'copy-by-the-role-of-a-schedule',
    source: 'https://docs.aws.amazon.com/ebs/latest/userguide/dlm-prerequisites.html',
    story:
      "A schedule's role copies snapshots under a key of another Region, with the rights that the page lists but for that key.",
    world: [
      { key: 'here' },
      { key: 'there', region: 'eu-west-1' },
      {
        role: 'Schedule',
        path: '/service-role/',
        allow: ['ec2:CopySnapshot', 'ec2:CreateTags', 'ec2:DescribeSnapshots'],
        policy: [
          may(['kms:CreateGrant'], { Resource: '<here>', Condition: FOR_AWS_RESOURCES }),
          may(['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'], {
            Resource: '<here>',
          }),
        ],
      },
      { snapshot: 'nightly', key: 'here' },
    ],
    call: {
      as: 'Schedule',
      region: 'eu-west-1',
      call: 'ec2:CopySnapshot',
      with: {
        SourceRegion: 'us-east-1',
        SourceSnapshotId: '<nightly>',
        Encrypted: true,
        KmsKeyId: '<there>',
      },
    },
    expect: {
      verdict: 'denied',
      who: '<Schedule>',
      resource: '<there>',
      fixes: [{ kind: 'new-statement', target: '<Schedule>' }],
    },
  },
  {
    name: 'launch-denied-by-the-key-and-by-the-organization',
    source: 'own: two teams that guard the same thing',
    story: 'The key policy denies grants to all but administrators, and so does the organization.',
    world: [
      { unit: 'Prod', accounts: ['home'] },
      { role: 'Ops', allow: ['ec2:*', 'kms:*'] },
      {
        key: 'data',
        policy: [
          DELEGATION,
          {
            Sid: 'KeyGuard',
            Effect: 'Deny',
            Principal: '*',
            Action: 'kms:CreateGrant',
            Resource: '*',
            Condition: {
              ArnNotLike: {
                'aws:PrincipalArn': ['arn:aws:iam::<home>:role/Admin', 'arn:aws:iam::<home>:root'],
              },
            },
          },
        ],
      },
      { instance: 'web', keys: ['data'], isStopped: true },
      {
        guardrail: 'NoGrants',
        on: 'Prod',
        type: 'service control policy',
        policy: [
          mayNot('kms:CreateGrant', {
            Sid: 'OrgGuard',
            Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/Admin' } },
          }),
        ],
      },
    ],
    call: { as: 'Ops', call: 'ec2:StartInstances', with: { InstanceIds: ['<web>'] } },
    expect: {
      verdict: 'denied',
      who: '<Ops>',
      action: 'kms:CreateGrant',
      says: /guardrail over every account under it/,
      fixes: [
        { kind: 'narrowed-deny', target: '<data>' },
        { kind: 'narrowed-deny', target: '<NoGrants>', account: '<management>' },
      ],
      gains: ['arn:aws:iam::<home>:root'],
    },
  },
  {
    name: 'key-policy-and-boundary-that-both-lack-it',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html',
    story: 'A key policy without delegation does not name a role, whose boundary says nothing of KMS either.',
    world: [
      { role: 'Dev', allow: ['kms:*'], boundary: [may(['ec2:*', 's3:*'])] },
      { key: 'data', policy: [ADMINISTRATION] },
    ],
    call: encrypt('Dev'),
    expect: {
      verdict: 'denied',
      who: '<Dev>',
      resource: '<data>',
      says: /permissions boundary limits what role Dev may be given/,
      fixes: [
        { kind: 'new-statement', target: '<data>', document: forPrincipal('<Dev>', 'kms:Encrypt') },
        { kind: 'new-statement', target: '<boundary-of-Dev>' },
      ],
    },
  },
];

function trustOf(service: string) {
  return { Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` }, Action: 'sts:AssumeRole' };
}
