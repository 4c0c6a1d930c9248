/** Condition keys that say what stands in a member of the call's input, and how the member is set to another value. */
import type { RehearsedCall } from '../../rehearsal/rehearsal.ts';
import { specFacts } from '../../services/kms/index.ts';

interface InputMember {
  readonly operations: readonly string[];
  /** `MetadataOptions.HttpTokens`; of a list that the call gives, its each: `BlockDeviceMappings.*.Ebs.VolumeType`. */
  readonly member: string;
  readonly read?: (value: string) => unknown;
  /** What has to go with it. */
  readonly besides?: { readonly how: string; readonly revise: (input: Input) => Input };
}

type Input = Readonly<Record<string, unknown>>;

const isTrue = (value: string) => value === 'true';
const member = (path: string, ...operations: string[]): InputMember => ({ operations, member: path });
const number = (path: string, ...operations: string[]): InputMember => ({
  ...member(path, ...operations),
  read: Number,
});
const flag = (path: string, ...operations: string[]): InputMember => ({
  ...member(path, ...operations),
  read: isTrue,
});
const ofVolumes = (name: string) => `BlockDeviceMappings.*.Ebs.${name}`;

/** Of each use the kind of key that is made for it where the one that is asked for has another. */
const SPECS: Readonly<Record<string, string>> = {
  SIGN_VERIFY: 'RSA_2048',
  KEY_AGREEMENT: 'ECC_NIST_P256',
  GENERATE_VERIFY_MAC: 'HMAC_256',
};

const usagesOf = ({ KeySpec = 'SYMMETRIC_DEFAULT' }: Input): readonly string[] =>
  specFacts(String(KeySpec))?.usages ?? [];

function withUsage(input: Input): Input {
  const usages = usagesOf(input);
  return usages.includes(String(input.KeyUsage)) ? input : { ...input, KeyUsage: usages[0] };
}

function withSpec(input: Input): Input {
  const usage = String(input.KeyUsage);
  return usagesOf(input).includes(usage) ? input : { ...input, KeySpec: SPECS[usage] };
}

/** By key in lower case. */
const MEMBERS: Readonly<Record<string, readonly InputMember[]>> = {
  'autoscaling:maxsize': [number('MaxSize', 'CreateAutoScalingGroup', 'UpdateAutoScalingGroup')],
  'autoscaling:minsize': [number('MinSize', 'CreateAutoScalingGroup', 'UpdateAutoScalingGroup')],
  'ec2:ebsoptimized': [flag('EbsOptimized', 'RunInstances')],
  'ec2:encrypted': [flag('Encrypted', 'CreateVolume', 'CopySnapshot', 'CopyImage')],
  'ec2:instancetype': [member('InstanceType', 'RunInstances')],
  'ec2:kmskeyid': [
    member('KmsKeyId', 'CreateVolume', 'CopySnapshot', 'CopyImage'),
    member(ofVolumes('KmsKeyId'), 'RunInstances'),
  ],
  'ec2:metadatahttpendpoint': [member('MetadataOptions.HttpEndpoint', 'RunInstances')],
  'ec2:metadatahttpputresponsehoplimit': [number('MetadataOptions.HttpPutResponseHopLimit', 'RunInstances')],
  'ec2:metadatahttptokens': [member('MetadataOptions.HttpTokens', 'RunInstances')],
  'ec2:attribute/httptokens': [member('HttpTokens', 'ModifyInstanceMetadataOptions')],
  'ec2:tenancy': [member('Placement.Tenancy', 'RunInstances')],
  'ec2:volumeiops': [number('Iops', 'CreateVolume'), number(ofVolumes('Iops'), 'RunInstances')],
  'ec2:volumesize': [number('Size', 'CreateVolume'), number(ofVolumes('VolumeSize'), 'RunInstances')],
  'ec2:volumetype': [member('VolumeType', 'CreateVolume'), member(ofVolumes('VolumeType'), 'RunInstances')],
  'iam:permissionsboundary': [
    member(
      'PermissionsBoundary',
      ...['CreateRole', 'CreateUser', 'PutRolePermissionsBoundary', 'PutUserPermissionsBoundary'],
    ),
  ],
  'kms:bypasspolicylockoutsafetycheck': [
    flag('BypassPolicyLockoutSafetyCheck', 'CreateKey', 'PutKeyPolicy', 'ReplicateKey'),
  ],
  'kms:datakeypairspec': [
    member('KeyPairSpec', 'GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext'),
  ],
  'kms:encryptionalgorithm': [member('EncryptionAlgorithm', 'Encrypt')],
  'kms:expirationmodel': [member('ExpirationModel', 'ImportKeyMaterial')],
  'kms:keyorigin': [member('Origin', 'CreateKey')],
  'kms:keyspec': [
    {
      ...member('KeySpec', 'CreateKey'),
      besides: { how: 'a KeyUsage that such keys have', revise: withUsage },
    },
  ],
  'kms:keyusage': [
    {
      ...member('KeyUsage', 'CreateKey'),
      besides: { how: 'a KeySpec whose keys have it', revise: withSpec },
    },
  ],
  'kms:macalgorithm': [member('MacAlgorithm', 'GenerateMac')],
  'kms:messagetype': [member('MessageType', 'Sign')],
  'kms:multiregion': [flag('MultiRegion', 'CreateKey')],
  'kms:requestalias': [
    member(
      'KeyId',
      ...['Encrypt', 'Decrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'DescribeKey', 'Sign'],
    ),
  ],
  'kms:retiringprincipal': [member('RetiringPrincipal', 'CreateGrant')],
  'kms:rotationperiodindays': [number('RotationPeriodInDays', 'EnableKeyRotation')],
  'kms:schedulekeydeletionpendingwindowindays': [number('PendingWindowInDays', 'ScheduleKeyDeletion')],
  'kms:signingalgorithm': [member('SigningAlgorithm', 'Sign')],
  'kms:wrappingalgorithm': [member('WrappingAlgorithm', 'GetParametersForImport')],
  'kms:wrappingkeyspec': [member('WrappingKeySpec', 'GetParametersForImport')],
  'sts:externalid': [member('ExternalId', 'AssumeRole')],
  'sts:rolesessionname': [member('RoleSessionName', 'AssumeRole')],
  'sts:sourceidentity': [member('SourceIdentity', 'AssumeRole')],
};

export interface MemberChange {
  /** `MetadataOptions.HttpTokens` */
  readonly name: string;
  /** Whether it is left out, or false, by the change. */
  readonly isUnset: boolean;
  /** What else has to be given. */
  readonly besides?: string;
  readonly revise: (call: RehearsedCall) => RehearsedCall;
}

/** Undefined where no member of the operation's input has the key's value. */
export function memberChange(key: string, operation: string, value: string): MemberChange | undefined {
  const known = MEMBERS[key.toLowerCase()]?.find(({ operations }) => operations.includes(operation));
  if (!known) return undefined;
  const { member: path, read = (given: string) => given, besides } = known;
  const set = read(value);
  const revised = (input: object) => withMember(input, path.split('.'), set) as Input;
  return {
    name: path.replaceAll('.*', ''),
    isUnset: set === false,
    ...(besides && { besides: besides.how }),
    revise: (call) => ({
      ...call,
      input: besides ? besides.revise(revised(call.input)) : revised(call.input),
    }),
  };
}

function withMember(input: unknown, [name = '', ...rest]: readonly string[], value: unknown): unknown {
  if (name === '*') return ((input ?? []) as unknown[]).map((each) => withMember(each, rest, value));
  const inner = (input as Readonly<Record<string, unknown>> | undefined)?.[name];
  const next = rest.length > 0 ? withMember(inner, rest, value) : value;
  return { ...(input as object), [name]: next };
}
