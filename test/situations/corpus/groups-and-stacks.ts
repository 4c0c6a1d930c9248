/** Groups and stacks: who asks is not who called, and what failed is not what was called. */
import type { Situation, Thing } from '../situation.ts';
import {
  ADMINISTRATION,
  DELEGATION,
  FOR_AWS_RESOURCES,
  forAnybody,
  forPrincipal,
  grantFor,
  may,
  THROUGH_EC2,
} from '../statements.ts';

const SERVICE_ROLE =
  'arn:aws:iam::<home>:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';
const serviceRole: Thing = {
  as: 'root',
  call: 'iam:CreateServiceLinkedRole',
  with: { AWSServiceName: 'autoscaling.amazonaws.com' },
};
const newGroup = (as: string, template: string, more: object = {}) => ({
  as,
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
const volumeOf = (key: string, more: object = {}) => ({
  Type: 'AWS::EC2::Volume',
  Properties: { AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true, KmsKeyId: `<${key}>`, ...more },
});
const machineOf = (ImageId: string, Ebs?: object) => ({
  Type: 'AWS::EC2::Instance',
  Properties: {
    ImageId,
    InstanceType: 't3.micro',
    ...(Ebs && {
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, ...Ebs } }],
    }),
  },
});
const newStack = (as: string, Resources: object, more: object = {}) => ({
  as,
  call: 'cloudformation:CreateStack',
  with: { StackName: 'web', TemplateBody: { Resources }, ...more },
});
/** A service role of stacks, which may do everything in EC2. */
const STACK_ROLE: Thing = {
  role: 'Builder',
  allow: ['ec2:*'],
  trust: [
    { Effect: 'Allow', Principal: { Service: 'cloudformation.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
};
/** The statements without which a role launches nothing, on the key that its volumes are under. */
const letLaunch = (role: string) =>
  [
    forPrincipal(role, ['kms:GenerateDataKeyWithoutPlaintext'], { Condition: THROUGH_EC2 }),
    forPrincipal(role, ['kms:CreateGrant'], { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } }),
  ].map((document) => ({ kind: 'new-statement' as const, target: '<data>', document }));
const LET_GROUPS_LAUNCH = letLaunch(SERVICE_ROLE);

const SPOT_FLEET_ROLE =
  'arn:aws:iam::<home>:role/aws-service-role/spotfleet.amazonaws.com/AWSServiceRoleForEC2SpotFleet';
const SPOT_ROLE = 'arn:aws:iam::<home>:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot';

export const GROUP_SITUATIONS: readonly Situation[] = [
  {
    name: 'group-whose-role-the-key-does-not-admit',
    source: 'https://github.com/terraform-aws-modules/terraform-aws-eks/issues/1619',
    story: "The key admits the nodes' role, and it is Auto Scaling's service-linked role that launches.",
    world: [
      serviceRole,
      { role: 'Node', allow: ['kms:*'] },
      { key: 'data', policy: [ADMINISTRATION, forPrincipal('<Node>', 'kms:*', { Sid: 'Nodes' })] },
      { template: 'nodes', keys: ['data'] },
    ],
    call: newGroup('root', 'nodes'),
    ask: 'what was made',
    expect: {
      verdict: 'denied',
      who: SERVICE_ROLE,
      resource: '<data>',
      policyType: 'resource-based policy',
      says: /AWSServiceRoleForAutoScaling/,
      fixes: LET_GROUPS_LAUNCH,
    },
  },
  {
    name: 'spot-request-before-its-role-is-there',
    source:
      'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/service-linked-roles-spot-instance-requests.html',
    story:
      'The first Spot request of an account, by one who may not make the role of the service, under a key of his.',
    world: [
      { user: 'john', allow: ['ec2:*'] },
      { key: 'data', policy: [ADMINISTRATION, forPrincipal('<john>', ['kms:CreateGrant', 'kms:Decrypt'])] },
    ],
    call: {
      as: 'john',
      call: 'ec2:RequestSpotInstances',
      with: {
        InstanceCount: 1,
        LaunchSpecification: {
          ImageId: '<public-image>',
          InstanceType: 't3.micro',
          BlockDeviceMappings: [
            { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: '<data>' } },
          ],
        },
      },
    },
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'iam:CreateServiceLinkedRole',
      fixes: [
        { kind: 'fact', target: SPOT_ROLE, calls: ['iam:CreateServiceLinkedRole'] },
        {
          kind: 'new-statement',
          target: '<data>',
          document: forPrincipal(SPOT_ROLE, 'kms:GenerateDataKeyWithoutPlaintext', {
            Condition: THROUGH_EC2,
          }),
        },
        {
          kind: 'new-statement',
          target: '<data>',
          document: forPrincipal(SPOT_ROLE, 'kms:CreateGrant', { Condition: FOR_AWS_RESOURCES }),
        },
      ],
    },
  },
  {
    name: 'spot-fleet-whose-role-the-key-does-not-admit',
    source:
      'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-fleet-prerequisites.html#spot-fleet-service-linked-roles-access-to-cmks',
    story:
      'A Spot Fleet is active and has no instances. The key admits the role that the request names, and the service-linked one launches.',
    world: [
      {
        role: 'Tagging',
        allow: ['ec2:*', 'kms:*'],
        trust: [
          { Effect: 'Allow', Principal: { Service: 'spotfleet.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
      { key: 'data', policy: [ADMINISTRATION, forPrincipal('<Tagging>', 'kms:*', { Sid: 'Fleet' })] },
    ],
    call: {
      as: 'root',
      call: 'ec2:RequestSpotFleet',
      with: {
        SpotFleetRequestConfig: {
          IamFleetRole: '<Tagging>',
          TargetCapacity: 1,
          LaunchSpecifications: [
            {
              ImageId: '<public-image>',
              InstanceType: 't3.micro',
              BlockDeviceMappings: [
                { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: '<data>' } },
              ],
            },
          ],
        },
      },
    },
    ask: 'what was made',
    expect: {
      verdict: 'denied',
      who: SPOT_FLEET_ROLE,
      resource: '<data>',
      policyType: 'resource-based policy',
      says: [/AWSServiceRoleForEC2SpotFleet/, /"Fleet": it names "role Tagging", not the caller/],
      fixes: letLaunch(SPOT_FLEET_ROLE),
    },
  },
  {
    name: 'group-of-a-role-with-another-suffix',
    source: 'https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-service-linked-role.html',
    story: 'The key admits the usual service-linked role, and the group launches by one with a suffix.',
    world: [
      serviceRole,
      {
        as: 'root',
        call: 'iam:CreateServiceLinkedRole',
        with: { AWSServiceName: 'autoscaling.amazonaws.com', CustomSuffix: 'cmk' },
      },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forPrincipal(SERVICE_ROLE, ['kms:CreateGrant', 'kms:GenerateDataKey*'], { Sid: 'Usual' }),
        ],
      },
      { template: 'nodes', keys: ['data'] },
    ],
    call: newGroup('root', 'nodes', { ServiceLinkedRoleARN: `${SERVICE_ROLE}_cmk` }),
    expect: {
      verdict: 'denied',
      who: `${SERVICE_ROLE}_cmk`,
      says: /"Usual": it names "role AWSServiceRoleForAutoScaling", not the caller/,
      fixes: [
        { kind: 'new-statement', target: '<data>' },
        { kind: 'new-statement', target: '<data>' },
      ],
    },
  },
  {
    name: 'group-under-the-default-key-of-the-account',
    source: 'https://github.com/aws/karpenter-provider-aws/issues/1407',
    story: 'Encryption by default is on with a key that only the account administers; a group launches.',
    world: [
      { key: 'data', policy: [ADMINISTRATION] },
      { template: 'nodes' },
      { as: 'root', call: 'ec2:EnableEbsEncryptionByDefault', with: {} },
      { as: 'root', call: 'ec2:ModifyEbsDefaultKmsKeyId', with: { KmsKeyId: '<data>' } },
    ],
    call: newGroup('root', 'nodes'),
    expect: {
      verdict: 'denied',
      who: SERVICE_ROLE,
      action: 'kms:GenerateDataKeyWithoutPlaintext',
      resource: '<data>',
      fixes: [
        { kind: 'new-statement', target: '<data>' },
        { kind: 'new-statement', target: '<data>' },
      ],
    },
  },
  {
    name: 'group-with-a-key-of-another-account',
    source:
      'https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html',
    story: "A group launches under another account's key, which the key policy opens to the account.",
    world: [
      serviceRole,
      { account: 'owner' },
      {
        key: 'data',
        in: 'owner',
        policy: [
          {
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::<owner>:root' },
            Action: 'kms:*',
            Resource: '*',
          },
          {
            Sid: 'Home',
            ...forPrincipal('arn:aws:iam::<home>:root', [
              'kms:CreateGrant',
              'kms:DescribeKey',
              'kms:GenerateDataKey*',
              'kms:ReEncrypt*',
            ]),
          },
        ],
      },
      { template: 'nodes', keys: ['data'] },
    ],
    call: newGroup('root', 'nodes'),
    expect: {
      verdict: 'denied',
      who: SERVICE_ROLE,
      resource: '<data>',
      says: /grant/,
      fixes: [{ kind: 'grant', account: '<home>', target: '<data>' }],
    },
  },
  {
    name: 'group-with-a-grant-of-the-wrong-account',
    source: 'https://github.com/ministryofjustice/modernisation-platform-environments/pull/1370',
    story: "The key's owner made the grant for the group's role; its own account must make it.",
    world: [
      serviceRole,
      { account: 'owner' },
      {
        key: 'data',
        in: 'owner',
        policy: [
          {
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::<owner>:root' },
            Action: 'kms:*',
            Resource: '*',
          },
          {
            Sid: 'Home',
            ...forPrincipal('arn:aws:iam::<home>:root', ['kms:CreateGrant', 'kms:DescribeKey']),
          },
        ],
      },
      {
        as: 'root',
        in: 'owner',
        call: 'kms:CreateGrant',
        with: {
          KeyId: '<data>',
          GranteePrincipal: SERVICE_ROLE,
          Operations: ['CreateGrant', 'Decrypt', 'GenerateDataKeyWithoutPlaintext'],
        },
      },
      { template: 'nodes', keys: ['data'] },
    ],
    call: newGroup('root', 'nodes'),
    expect: {
      verdict: 'denied',
      who: SERVICE_ROLE,
      resource: '<data>',
      says: /issued by account/,
      fixes: [{ kind: 'grant', account: '<home>', target: '<data>' }],
    },
  },
  {
    name: 'group-whose-key-is-disabled',
    source: 'https://github.com/kubernetes/kops/issues/6008',
    story: 'A group launches under a key that was disabled.',
    world: [
      serviceRole,
      { key: 'data' },
      { template: 'nodes', keys: ['data'] },
      {
        as: 'root',
        call: 'kms:PutKeyPolicy',
        with: {
          KeyId: '<data>',
          Policy: [ADMINISTRATION, forPrincipal(SERVICE_ROLE, ['kms:CreateGrant', 'kms:GenerateDataKey*'])],
        },
      },
      { as: 'root', call: 'kms:DisableKey', with: { KeyId: '<data>' } },
    ],
    call: newGroup('root', 'nodes'),
    expect: {
      verdict: 'failed',
      resource: '<data>',
      says: /enable-key/,
      fixes: [{ kind: 'state', target: '<data>', calls: ['kms:EnableKey'] }],
    },
  },
  {
    name: 'group-of-an-image-under-a-key',
    source: 'https://github.com/aws-ia/terraform-aws-eks-blueprints/issues/2052',
    story: 'The image of a group was copied under a customer managed key that its role may not use.',
    world: [
      serviceRole,
      { key: 'golden' },
      { image: 'base', keys: ['golden'] },
      { template: 'nodes', image: 'base' },
    ],
    call: newGroup('root', 'nodes'),
    expect: {
      verdict: 'denied',
      who: SERVICE_ROLE,
      resource: '<golden>',
      policyType: 'identity-based policy',
      fixes: [
        { kind: 'new-statement', target: '<golden>' },
        { kind: 'new-statement', target: '<golden>' },
      ],
    },
  },
  {
    name: 'key-policy-names-a-service-linked-role-that-is-not-there',
    source: 'https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-service-linked-role.html',
    story:
      "A new account's key policy names Auto Scaling's role, which is created with the first group only.",
    world: [{ user: 'john', allow: ['kms:*'] }],
    call: {
      as: 'john',
      call: 'kms:CreateKey',
      with: {
        Policy: {
          Version: '2012-10-17',
          Statement: [
            ADMINISTRATION,
            forPrincipal('<john>', 'kms:*'),
            forPrincipal(SERVICE_ROLE, 'kms:CreateGrant'),
          ],
        },
      },
    },
    ask: 'the request',
    expect: {
      verdict: 'failed',
      who: '<john>',
      action: 'kms:CreateKey',
      says: [/does not exist/, /create-service-linked-role/],
      fixes: [{ kind: 'state', target: SERVICE_ROLE, calls: ['iam:CreateServiceLinkedRole'] }],
    },
  },
  {
    name: 'key-policy-names-a-role-that-is-not-there',
    source: 'https://repost.aws/knowledge-center/kms-invalid-principals-error',
    story: 'A key policy names a role that nobody has made yet.',
    world: [{ user: 'john', allow: ['kms:*'] }],
    call: {
      as: 'john',
      call: 'kms:CreateKey',
      with: {
        Policy: {
          Version: '2012-10-17',
          Statement: [
            ADMINISTRATION,
            forPrincipal('<john>', 'kms:*'),
            forPrincipal('arn:aws:iam::<home>:role/Later', 'kms:Decrypt'),
          ],
        },
      },
    },
    ask: 'the request',
    expect: {
      verdict: 'failed',
      who: '<john>',
      says: [/does not exist/, /role\/Later/],
      fixes: [{ kind: 'request', says: /role\/Later/ }],
    },
    again: {
      as: 'john',
      call: 'kms:CreateKey',
      with: {
        Policy: { Version: '2012-10-17', Statement: [ADMINISTRATION, forPrincipal('<john>', 'kms:*')] },
      },
    },
  },
  {
    name: 'template-whose-key-refuses-the-builder',
    source: 'own: a key policy of the platform team',
    story:
      "A user launches of a template whose key is the platform team's; its policy admits their roles alone.",
    world: [
      { role: 'Platform' },
      { key: 'data', policy: [ADMINISTRATION, forPrincipal('<Platform>', 'kms:*', { Sid: 'Platform' })] },
      { template: 'nodes', keys: ['data'] },
      { user: 'john', allow: ['ec2:*', 'kms:*'] },
    ],
    call: {
      as: 'john',
      call: 'ec2:RunInstances',
      with: { LaunchTemplate: { LaunchTemplateId: '<nodes>' }, MinCount: 1, MaxCount: 1 },
    },
    expect: {
      verdict: 'denied',
      who: '<john>',
      resource: '<data>',
      policyType: 'resource-based policy',
      fixes: [
        {
          kind: 'new-statement',
          target: '<data>',
          document: forPrincipal('<john>', 'kms:GenerateDataKeyWithoutPlaintext', { Condition: THROUGH_EC2 }),
        },
        {
          kind: 'new-statement',
          target: '<data>',
          document: forPrincipal('<john>', 'kms:CreateGrant', {
            Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
          }),
        },
      ],
    },
  },
  {
    name: 'stack-of-a-volume-under-a-key',
    source: 'https://github.com/aws-samples/aws-service-catalog-reference-architectures/issues/103',
    story:
      'A stack with a volume under a key is rolled back; its events speak of a volume that is not there.',
    world: [{ key: 'data' }, { user: 'john', allow: ['ec2:*', 'cloudformation:*'] }],
    call: newStack('john', { Disk: volumeOf('data') }),
    expect: {
      verdict: 'denied',
      who: '<john>',
      resource: '<data>',
      policyType: 'identity-based policy',
      fixes: [
        {
          kind: 'new-statement',
          target: '<john>',
          document: may('kms:GenerateDataKeyWithoutPlaintext', {
            Resource: '<data>',
            Condition: THROUGH_EC2,
          }),
        },
      ],
    },
  },
  {
    name: 'stack-of-a-volume-whose-key-refuses-stacks',
    source: 'own: a key that is kept from stacks by aws:CalledVia',
    story:
      'EC2 asks for the key for a user for whom CloudFormation asks EC2: the key policy sees CloudFormation.',
    world: [
      {
        key: 'data',
        policy: [
          DELEGATION,
          {
            ...forAnybody(['kms:CreateGrant', 'kms:GenerateDataKey*'], {
              Condition: { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'cloudformation.amazonaws.com' } },
            }),
            Effect: 'Deny',
            Sid: 'NoStacks',
          },
        ],
      },
      { user: 'john', allow: ['ec2:*', 'cloudformation:*', 'kms:*'] },
    ],
    call: newStack('john', { Disk: volumeOf('data') }),
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:GenerateDataKeyWithoutPlaintext',
      resource: '<data>',
      policyType: 'resource-based policy',
      denies: 'NoStacks',
      fixes: [{ kind: 'narrowed-deny', target: '<data>' }],
    },
  },
  {
    name: 'stack-of-a-volume-whose-maker-may-use-the-key-himself-only',
    source: 'own: rights that do not go over to stacks, by aws:CalledViaFirst',
    story: "A user's statement on a key leaves out what CloudFormation has EC2 ask of it for him.",
    world: [
      { key: 'data' },
      {
        user: 'john',
        policy: [
          may(['ec2:*', 'cloudformation:*']),
          may('kms:*', {
            Sid: 'Himself',
            Resource: '<data>',
            Condition: { StringNotEquals: { 'aws:CalledViaFirst': 'cloudformation.amazonaws.com' } },
          }),
        ],
      },
    ],
    call: newStack('john', { Disk: volumeOf('data') }),
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:GenerateDataKeyWithoutPlaintext',
      resource: '<data>',
      policyType: 'identity-based policy',
      nearMiss: 'Himself',
      fixes: [{ kind: 'new-statement', target: '<john>' }],
    },
  },
  {
    name: 'stack-by-a-role-without-the-key',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html',
    story: "A stack is made with a service role, which lacks the key; the user's own rights do not count.",
    world: [
      { key: 'data' },
      STACK_ROLE,
      { user: 'john', allow: ['cloudformation:*', 'iam:PassRole', 'kms:*', 'ec2:*'] },
    ],
    call: newStack('john', { Disk: volumeOf('data') }, { RoleARN: '<Builder>' }),
    expect: {
      verdict: 'denied',
      who: '<Builder>',
      resource: '<data>',
      policyType: 'identity-based policy',
      fixes: [{ kind: 'new-statement', target: '<Builder>' }],
    },
  },
  {
    name: 'stack-of-an-instance-under-a-key',
    source: 'https://repost.aws/knowledge-center/kms-launch-ec2-instance',
    story: 'A stack launches an instance with a volume under a key; its maker has rights on EC2 only.',
    world: [{ key: 'data' }, { user: 'john', allow: ['ec2:*', 'cloudformation:*'] }],
    call: newStack('john', { Machine: machineOf('<public-image>', { KmsKeyId: '<data>' }) }),
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
          document: [
            may('kms:GenerateDataKeyWithoutPlaintext', { Resource: '<data>', Condition: THROUGH_EC2 }),
            grantFor('data'),
          ],
        },
      ],
    },
  },
  {
    name: 'stack-of-an-instance-by-a-role-without-the-key',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html',
    story: 'A stack launches an instance of an image under a key by a service role that may not use the key.',
    world: [
      { key: 'golden' },
      { image: 'base', keys: ['golden'] },
      STACK_ROLE,
      { user: 'john', allow: ['cloudformation:*', 'iam:PassRole', 'kms:*', 'ec2:*'] },
    ],
    call: newStack('john', { Machine: machineOf('<base>') }, { RoleARN: '<Builder>' }),
    expect: {
      verdict: 'denied',
      who: '<Builder>',
      resource: '<golden>',
      policyType: 'identity-based policy',
      fixes: [{ kind: 'new-statement', target: '<Builder>' }],
    },
  },
  {
    name: 'stack-of-a-volume-from-a-snapshot-to-another-key',
    source: 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html',
    story: 'A stack makes a volume from a snapshot under one key, to be encrypted under another.',
    world: [
      { key: 'old' },
      { key: 'data' },
      { snapshot: 'backup', key: 'old' },
      { user: 'john', allow: ['ec2:*', 'cloudformation:*'] },
    ],
    call: newStack('john', { Disk: volumeOf('data', { SnapshotId: '<backup>' }) }),
    expect: {
      verdict: 'denied',
      who: '<john>',
      policyType: 'identity-based policy',
      fixes: [{ kind: 'new-statement', target: '<john>' }],
    },
  },
  {
    name: 'group-that-launches-still',
    source: 'own: impatience',
    story: 'A group was made a moment ago, and its first launch is under way.',
    world: [{ template: 'nodes' }],
    call: newGroup('root', 'nodes'),
    waitedSeconds: 2,
    expect: { verdict: 'unknown', says: /under way since/, neverSays: /denied/, fixes: [] },
  },
  {
    name: 'instance-that-starts-still',
    source: 'own: impatience',
    story: 'An instance was launched a moment ago, and is pending.',
    world: [{ user: 'john', allow: ['ec2:*', 'kms:*'] }],
    call: {
      as: 'john',
      call: 'ec2:RunInstances',
      with: { ImageId: '<public-image>', InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 },
    },
    waitedSeconds: 1,
    expect: { verdict: 'unknown', says: /under way since/, fixes: [] },
  },
  {
    name: 'instance-that-starts-and-will-be-stopped',
    source: 'own: impatience',
    story: 'An instance is pending, and EC2 has been refused its key already.',
    world: [
      { key: 'data' },
      { user: 'john', allow: ['ec2:*'] },
      { instance: 'web', keys: ['data'], isStopped: true },
    ],
    call: { as: 'john', call: 'ec2:StartInstances', with: { InstanceIds: ['<web>'] } },
    ask: { subject: '<web>' },
    waitedSeconds: 0.01,
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:CreateGrant',
      resource: '<data>',
      says: /will be stopped/,
      neverSays: /allowed now/,
      fixes: [{ kind: 'new-statement', target: '<john>', document: grantFor('data') }],
    },
  },
  {
    name: 'snapshot-copied-still',
    source: 'own: impatience',
    story: 'A snapshot is being copied; it is pending.',
    world: [
      { key: 'data' },
      { user: 'john', allow: ['ec2:*', 'kms:*'] },
      { snapshot: 'backup', key: 'data' },
    ],
    call: {
      as: 'john',
      call: 'ec2:CopySnapshot',
      with: { SourceRegion: 'us-east-1', SourceSnapshotId: '<backup>', Encrypted: true, KmsKeyId: '<data>' },
    },
    waitedSeconds: 1,
    expect: { verdict: 'unknown', says: /under way since/, fixes: [] },
  },
  {
    name: 'stack-that-is-built-still',
    source: 'own: impatience',
    story: 'A stack is being created.',
    world: [{ key: 'data' }, { user: 'john', allow: ['ec2:*', 'kms:*', 'cloudformation:*'] }],
    call: newStack('john', { Disk: volumeOf('data') }),
    waitedSeconds: 1,
    expect: { verdict: 'unknown', says: /under way since/, fixes: [] },
  },
  {
    name: 'stack-that-waits-for-its-group',
    source: 'https://repost.aws/knowledge-center/kms-launch-ec2-instance',
    story: 'A stack waits for its group, none of whose instances the key lets start.',
    world: [serviceRole, { key: 'data' }, { template: 'nodes', keys: ['data'] }],
    call: newStack('root', {
      Group: {
        Type: 'AWS::AutoScaling::AutoScalingGroup',
        Properties: {
          LaunchTemplate: { LaunchTemplateId: '<nodes>', Version: '1' },
          MinSize: '1',
          MaxSize: '1',
          AvailabilityZones: ['us-east-1a'],
        },
      },
    }),
    waitedSeconds: 5,
    expect: {
      verdict: 'denied',
      who: SERVICE_ROLE,
      resource: '<data>',
      says: /stack web is under way since .* and waits for Group: .*Auto Scaling group/,
      fixes: LET_GROUPS_LAUNCH,
    },
  },
];
