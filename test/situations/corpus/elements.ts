/** What a statement says by its elements alone: ARNs, versions, dates, and what is asked beside the call that was made. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables
import { encrypt, run } from '../calls.ts';
import type { Call, Situation, Statement, Thing } from '../situation.ts';
import {
  ADMINISTRATION,
  DELEGATION,
  FOR_AWS_RESOURCES,
  forAnybody,
  forPrincipal,
  may,
  mayNot,
} from '../statements.ts';

const IAM = 'https://docs.aws.amazon.com/IAM/latest/UserGuide';
const KMS = 'https://docs.aws.amazon.com/kms/latest/developerguide';
const EC2 = 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide';
const john = { verdict: 'denied', who: '<john>' } as const;
const policyOf = (Version: string, ...Statement: Statement[]): Thing => ({
  as: 'root',
  call: 'iam:PutUserPolicy',
  with: { UserName: 'john', PolicyName: 'policy', PolicyDocument: { Version, Statement } },
});
const own = may('kms:Encrypt', {
  Sid: 'Own',
  Condition: { StringEquals: { 'aws:ResourceTag/owner': '${aws:username}' } },
});
const until = (date: string) =>
  may('kms:Encrypt', { Sid: 'Until', Condition: { DateLessThan: { 'aws:CurrentTime': date } } });
const replicas = (...regions: string[]) =>
  may('kms:ReplicateKey', { Sid: 'Europe', Condition: { StringEquals: { 'kms:ReplicaRegion': regions } } });
const onCreation = (...actions: string[]) =>
  may('ec2:CreateTags', { Sid: 'OnCreation', Condition: { StringEquals: { 'ec2:CreateAction': actions } } });
const tagged = { TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'team', Value: 'red' }] }] };
const ofAliases = (...Resource: string[]) => may('kms:CreateAlias', { Sid: 'Aliases', Resource });
const exceptGrants = (more: object) =>
  mayNot('kms:*', {
    Sid: 'ToAppAlone',
    Condition: { StringNotEquals: { 'kms:GranteePrincipal': '<App>' }, ...more },
  });
const ROLE =
  'arn:aws:iam::<home>:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';
const linkedRole: Thing = {
  as: 'root',
  call: 'iam:CreateServiceLinkedRole',
  with: { AWSServiceName: 'autoscaling.amazonaws.com' },
};
const USE = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
const group = (): Call => ({
  as: 'john',
  call: 'autoscaling:CreateAutoScalingGroup',
  with: {
    AutoScalingGroupName: 'web',
    MinSize: 1,
    MaxSize: 1,
    LaunchTemplate: { LaunchTemplateId: '<template>', Version: '$Latest' },
    AvailabilityZones: ['us-east-1a'],
  },
});
const ofTemplate: readonly Thing[] = [
  { template: 'template', keys: ['data'] },
  { user: 'john', allow: ['*'] },
];
const secret = (Name: string, KeyId: string): Thing => ({
  as: 'root',
  call: 'ssm:PutParameter',
  with: { Name, Value: 'x', Type: 'SecureString', KeyId },
});
const decryptAs = (key: string) =>
  may('kms:Decrypt', {
    Resource: key,
    Condition: { StringEquals: { 'kms:ViaService': 'ssm.us-east-1.amazonaws.com' } },
  });
const PASSWORD = 'arn:aws:ssm:us-east-1:<home>:parameter/app/password';

export const ELEMENT_SITUATIONS: readonly Situation[] = [
  {
    name: 'variable-in-a-policy-of-the-old-version',
    source: `${IAM}/reference_policies_elements_version.html`,
    story: 'A policy without Version 2012-10-17 compares an owner with ${aws:username}, which is text there.',
    world: [{ key: 'data', tags: { owner: 'john' } }, { user: 'john' }, policyOf('2008-10-17', own)],
    call: encrypt('john'),
    expect: {
      ...john,
      nearMiss: 'Own',
      says: /is text and no variable there/,
      fixes: [{ kind: 'statement', target: '<john>', document: [own], says: /Put "Version": "2012-10-17"/ }],
    },
  },
  {
    name: 'access-that-has-ended',
    source: `${IAM}/reference_policies_examples_aws-dates.html`,
    story: 'A user had access until New Year, by aws:CurrentTime, and calls in November.',
    world: [{ key: 'data' }, { user: 'john', policy: [until('2026-01-01T00:00:00Z')] }],
    call: encrypt('john'),
    expect: {
      ...john,
      nearMiss: 'Until',
      fixes: [
        {
          kind: 'statement',
          target: '<john>',
          says: /move the end, which was 2026-01-01T00:00:00Z \(here to a day from now/,
        },
      ],
    },
  },
  {
    name: 'deny-that-has-begun',
    source: `${IAM}/reference_policies_examples_aws-dates.html`,
    story: 'A Deny meets whatever is called after a date, which has come.',
    world: [
      { key: 'data' },
      {
        user: 'john',
        policy: [
          may('kms:*'),
          mayNot('kms:*', {
            Sid: 'After',
            Condition: { DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
          }),
        ],
      },
    ],
    call: encrypt('john'),
    expect: {
      ...john,
      denies: 'After',
      fixes: [{ kind: 'narrowed-deny', target: '<john>', says: /begins later than 2026-01-01T00:00:00Z/ }],
    },
  },
  {
    name: 'key-arn-of-another-partition',
    source: `${IAM}/reference-arns.html`,
    story: 'A policy was copied from GovCloud, with its ARNs.',
    world: [
      { key: 'data' },
      {
        user: 'john',
        policy: [may('kms:Encrypt', { Resource: 'arn:aws-us-gov:kms:us-east-1:<home>:key/*' })],
      },
    ],
    call: encrypt('john'),
    expect: {
      ...john,
      says: /which is of another partition \(arn:aws-us-gov:, and not arn:aws:\)/,
      fixes: [
        { kind: 'new-statement', target: '<john>', document: [may(['kms:Encrypt'], { Resource: '<data>' })] },
      ],
    },
  },
  {
    name: 'keys-of-another-account-as-resource',
    source: `${KMS}/iam-policies-best-practices.html`,
    story: 'A policy names all keys of an account, which is not that of its user.',
    world: [
      { key: 'data' },
      {
        user: 'john',
        policy: [may('kms:Encrypt', { Resource: 'arn:aws:kms:us-east-1:999999999999:key/*' })],
      },
    ],
    call: encrypt('john'),
    expect: {
      ...john,
      says: /key\/\*", which belongs to another account/,
      fixes: [
        { kind: 'new-statement', target: '<john>', document: [may(['kms:Encrypt'], { Resource: '<data>' })] },
      ],
    },
  },
  {
    name: 'snapshot-arns-with-an-account',
    source: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html',
    story: 'A policy names the snapshots of its account, and the ARN of a snapshot has none.',
    world: [
      { volume: 'disk' },
      {
        user: 'john',
        policy: [
          may('ec2:CreateSnapshot', {
            Sid: 'Snapshots',
            Resource: ['arn:aws:ec2:us-east-1:<home>:snapshot/*', 'arn:aws:ec2:us-east-1:<home>:volume/*'],
          }),
        ],
      },
    ],
    call: { as: 'john', call: 'ec2:CreateSnapshot', with: { VolumeId: '<disk>' } },
    expect: {
      ...john,
      says: /the ARN of a snapshot has no account, as in "arn:aws:ec2:us-east-1::snapshot\/\*"/,
      fixes: [{ kind: 'new-statement', target: '<john>' }],
    },
  },
  {
    name: 'launch-without-network-interfaces',
    source: `${EC2}/ExamplePolicies_EC2.html`,
    story: 'A policy lists what a launch takes part in, but for the network interface.',
    world: [
      {
        user: 'john',
        policy: [
          may('ec2:RunInstances', {
            Sid: 'Launch',
            Resource: ['instance', 'subnet', 'volume', 'security-group']
              .map((type) => `arn:aws:ec2:*:*:${type}/*`)
              .concat('arn:aws:ec2:*::image/*'),
          }),
        ],
      },
    ],
    call: run('john'),
    expect: {
      ...john,
      says: /none of them is a network-interface, and ec2:RunInstances is asked of one as well/,
      fixes: [{ kind: 'new-statement', target: '<john>' }],
    },
  },
  {
    name: 'role-to-be-passed-without-its-path',
    source: `${IAM}/id_roles_use_passrole.html`,
    story: 'A user may pass a role, by its ARN without the path that it has.',
    world: [
      { role: 'App', path: '/apps/', profile: true },
      {
        user: 'john',
        policy: [may('ec2:*'), may('iam:PassRole', { Resource: 'arn:aws:iam::<home>:role/App' })],
      },
    ],
    call: run('john', { IamInstanceProfile: { Name: 'App' } }),
    expect: {
      ...john,
      action: 'iam:PassRole',
      says: /role\/App", which lacks the path of this one/,
      neverSays: /called ec2:RunInstances on role/,
      fixes: [{ kind: 'new-statement', target: '<john>' }],
    },
  },
  {
    name: 'alias-without-its-key',
    source: `${KMS}/alias-access.html`,
    story: 'A user may make aliases, by their ARNs; the key, of which is asked too, was left out.',
    world: [{ key: 'data' }, { user: 'john', policy: [ofAliases('arn:aws:kms:us-east-1:<home>:alias/*')] }],
    call: {
      as: 'john',
      call: 'kms:CreateAlias',
      with: { AliasName: 'alias/new', TargetKeyId: '<data>' },
    },
    expect: {
      ...john,
      nearMiss: 'Aliases',
      fixes: [
        {
          kind: 'fact',
          target: '<john>',
          document: ofAliases('arn:aws:kms:us-east-1:<home>:alias/*', '<data>'),
          says: /name the key beside the alias/,
        },
      ],
    },
  },
  {
    name: 'tags-given-at-launch',
    source: `${EC2}/supported-iam-actions-tagging.html`,
    story: 'A launch gives its instance a tag, and who launches may not tag.',
    world: [{ user: 'john', policy: [may(['ec2:RunInstances', 'ec2:Describe*'])] }],
    call: run('john', tagged),
    expect: { ...john, action: 'ec2:CreateTags', fixes: [{ kind: 'new-statement', target: '<john>' }] },
  },
  {
    name: 'tags-that-another-call-may-give',
    source: `${EC2}/supported-iam-actions-tagging.html`,
    story:
      'A user may tag the volumes that he makes, by ec2:CreateAction, and launches an instance with a tag.',
    world: [
      {
        user: 'john',
        policy: [may(['ec2:RunInstances', 'ec2:Describe*']), onCreation('CreateVolume')],
      },
    ],
    call: run('john', tagged),
    expect: {
      ...john,
      nearMiss: 'OnCreation',
      fixes: [{ kind: 'statement', target: '<john>', document: onCreation('CreateVolume', 'RunInstances') }],
    },
  },
  {
    name: 'replica-in-another-region',
    source: `${KMS}/conditions-kms.html#conditions-kms-replica-region`,
    story: 'Keys may be replicated within Europe, and the call asks for Oregon.',
    world: [
      { as: 'root', call: 'kms:CreateKey', with: { MultiRegion: true }, name: 'data' },
      { user: 'john', policy: [may('kms:CreateKey'), replicas('eu-west-1', 'eu-central-1')] },
    ],
    call: { as: 'john', call: 'kms:ReplicateKey', with: { KeyId: '<data>', ReplicaRegion: 'us-west-2' } },
    expect: {
      ...john,
      nearMiss: 'Europe',
      fixes: [
        { kind: 'statement', target: '<john>', document: replicas('eu-west-1', 'eu-central-1', 'us-west-2') },
      ],
    },
  },
  {
    name: 'replica-that-may-not-be-created',
    source: `${KMS}/multi-region-keys-auth.html`,
    story: 'Who replicates a key makes one in the other Region, and may not make keys.',
    world: [
      { as: 'root', call: 'kms:CreateKey', with: { MultiRegion: true }, name: 'data' },
      { user: 'john', policy: [may('kms:ReplicateKey')] },
    ],
    call: { as: 'john', call: 'kms:ReplicateKey', with: { KeyId: '<data>', ReplicaRegion: 'us-west-2' } },
    expect: {
      ...john,
      action: 'kms:CreateKey',
      fixes: [{ kind: 'new-statement', target: '<john>', document: [may(['kms:CreateKey'])] }],
    },
  },
  {
    name: 'group-named-as-principal',
    source: `${KMS}/key-policy-overview.html`,
    story: 'A key policy means a group by aws:PrincipalArn, which is never that of a group.',
    world: [
      { user: 'john' },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forAnybody('kms:Encrypt', {
            Sid: 'Group',
            Condition: { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::<home>:group/devs' } },
          }),
        ],
      },
    ],
    call: encrypt('john'),
    expect: {
      ...john,
      nearMiss: 'Group',
      says: /which arn:aws:iam::\d+:group\/devs is not/,
      fixes: [{ kind: 'statement', target: '<data>' }],
    },
  },
  {
    name: 'role-of-the-same-name-as-the-user',
    source: `${IAM}/reference_policies_condition-keys.html#condition-keys-principalarn`,
    story: 'A key policy means a role by aws:PrincipalArn, and a user of that name calls.',
    world: [
      { user: 'john' },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forAnybody('kms:Encrypt', {
            Sid: 'Role',
            Condition: { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::<home>:role/john' } },
          }),
        ],
      },
    ],
    call: encrypt('john'),
    expect: {
      ...john,
      nearMiss: 'Role',
      says: /that is a role of the same name, and the caller is a user/,
      fixes: [{ kind: 'statement', target: '<data>' }],
    },
  },
  {
    name: 'boundary-of-a-role-that-the-key-names',
    source: `${IAM}/access_policies_boundaries.html#access_policies_boundaries-eval-logic`,
    story: 'A key policy names a role, whose boundary says nothing of KMS and limits it all the same.',
    world: [
      { role: 'App', boundary: [may('s3:*')] },
      { key: 'data', policy: [ADMINISTRATION, forPrincipal('<App>', 'kms:Encrypt')] },
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      policyType: 'permissions boundary',
      fixes: [{ kind: 'new-statement', target: '<boundary-of-App>' }],
    },
  },
  {
    name: 'deny-that-asks-for-a-grantee-of-every-action',
    source: `${KMS}/conditions-kms.html#conditions-kms-grantee-principal`,
    story: 'A Deny of kms:* asks by StringNotEquals for a grantee, which no call but CreateGrant has.',
    world: [{ key: 'data' }, { role: 'App' }, { user: 'john', policy: [may('kms:*'), exceptGrants({})] }],
    call: encrypt('john'),
    expect: {
      ...john,
      denies: 'ToAppAlone',
      says: /AWS does not put kms:GranteePrincipal into requests of kms:Encrypt/,
      fixes: [
        {
          kind: 'narrowed-deny',
          target: '<john>',
          document: exceptGrants({ Null: { 'kms:GranteePrincipal': 'false' } }),
        },
      ],
    },
    stillRefused: [
      {
        as: 'john',
        call: 'kms:CreateGrant',
        with: { KeyId: '<data>', GranteePrincipal: 'arn:aws:iam::<home>:root', Operations: ['Decrypt'] },
      },
    ],
  },
  {
    name: 'group-whose-role-may-make-no-grants',
    source:
      'https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html',
    story: 'The key policy lets the service-linked role use the key, and make no grants.',
    world: [linkedRole, { key: 'data', policy: [DELEGATION, forPrincipal(ROLE, USE)] }, ...ofTemplate],
    call: group(),
    expect: {
      verdict: 'denied',
      who: ROLE,
      action: 'kms:CreateGrant',
      says: /names it for other actions, and not for kms:CreateGrant/,
      fixes: [
        {
          kind: 'new-statement',
          target: '<data>',
          document: forPrincipal(ROLE, 'kms:CreateGrant', { Condition: FOR_AWS_RESOURCES }),
        },
      ],
    },
  },
  {
    name: 'group-whose-role-may-use-the-key-for-grants-alone',
    source:
      'https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html',
    story: "The condition for grants stands over the service-linked role's use of the key as well.",
    world: [
      linkedRole,
      {
        key: 'data',
        policy: [
          DELEGATION,
          forPrincipal(ROLE, [...USE, 'kms:CreateGrant'], { Sid: 'Group', Condition: FOR_AWS_RESOURCES }),
        ],
      },
      ...ofTemplate,
    ],
    call: group(),
    expect: {
      verdict: 'denied',
      who: ROLE,
      nearMiss: 'Group',
      says: /AWS does not put kms:GrantIsForAWSResource into requests of kms:GenerateDataKeyWithoutPlaintext/,
      fixes: [{ kind: 'new-statement', target: '<data>' }],
    },
  },
  {
    name: 'secure-string-neither-read-nor-decrypted',
    source: `${KMS}/services-parameter-store.html`,
    story: 'A role may neither read a parameter nor decrypt under its key.',
    world: [{ key: 'data' }, secret('/app/password', '<data>'), { role: 'App', policy: [may('s3:*')] }],
    call: {
      as: 'App',
      call: 'ssm:GetParameter',
      with: { Name: '/app/password', WithDecryption: true },
    },
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<App>',
      action: 'ssm:GetParameter',
      says: /The service would have gone on to call kms:Decrypt on key/,
      fixes: [
        {
          kind: 'new-statement',
          target: '<App>',
          document: [may('ssm:GetParameter', { Resource: PASSWORD }), decryptAs('<data>')],
        },
      ],
    },
  },
  {
    name: 'can-read-a-secure-string-and-not-decrypt-it',
    source: `${KMS}/services-parameter-store.html`,
    story: 'Whether a role may read a parameter, which is under a key that it may not use.',
    world: [
      { key: 'data' },
      secret('/app/password', '<data>'),
      { role: 'App', policy: [may('ssm:GetParameter')] },
    ],
    can: { principal: '<App>', action: 'ssm:GetParameter', resource: '/app/password' },
    expect: {
      verdict: 'allowed',
      says: /For ssm:GetParameter the service calls kms:Decrypt on key .* as well, and that is refused/,
      fixes: [{ kind: 'new-statement', target: '<App>', document: [decryptAs('<data>')] }],
    },
  },
  {
    name: 'can-neither-read-a-secure-string-nor-decrypt-it',
    source: `${KMS}/services-parameter-store.html`,
    story: 'Whether a role may read a parameter; it may not, nor use its key.',
    world: [{ key: 'data' }, secret('/app/password', '<data>'), { role: 'App', policy: [may('s3:*')] }],
    can: { principal: '<App>', action: 'ssm:GetParameter', resource: '/app/password' },
    expect: {
      verdict: 'denied',
      who: '<App>',
      fixes: [
        {
          kind: 'new-statement',
          target: '<App>',
          document: [may('ssm:GetParameter', { Resource: PASSWORD }), decryptAs('<data>')],
        },
      ],
    },
  },
  {
    name: 'can-through-a-service-without-mfa',
    source: `${IAM}/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent`,
    story: 'Whether a user may use a key through EC2, whom a policy lets where the request has no MFA key.',
    world: [
      { key: 'data' },
      {
        user: 'john',
        policy: [
          may('kms:Decrypt', {
            Sid: 'LongTerm',
            Condition: { Null: { 'aws:MultiFactorAuthPresent': 'true' } },
          }),
        ],
      },
    ],
    can: { principal: '<john>', action: 'kms:Decrypt', resource: '<data>', through: 'ec2:StartInstances' },
    expect: {
      ...john,
      nearMiss: 'LongTerm',
      says: /the request has "false" \(a service that calls for a user does so with temporary credentials/,
      fixes: [{ kind: 'new-statement', target: '<john>' }],
    },
  },
];
