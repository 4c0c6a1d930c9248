/** Condition keys that say what stands in a member of the call's input, and how the member is set to another value. */
import type { RehearsedCall } from '../../rehearsal/rehearsal.ts';

interface InputMember {
  readonly operations: readonly string[];
  /** `MetadataOptions.HttpTokens`; of a list that the call gives, its each: `BlockDeviceMappings.*.Ebs.VolumeType`. */
  readonly member: string;
  readonly read?: (value: string) => unknown;
}

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
  'kms:keyspec': [member('KeySpec', 'CreateKey')],
  'kms:keyusage': [member('KeyUsage', 'CreateKey')],
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
  readonly revise: (call: RehearsedCall) => RehearsedCall;
}

/** Undefined where no member of the operation's input has the key's value. */
export function memberChange(key: string, operation: string, value: string): MemberChange | undefined {
  const known = MEMBERS[key.toLowerCase()]?.find(({ operations }) => operations.includes(operation));
  if (!known) return undefined;
  const { member: path, read = (given: string) => given } = known;
  const set = read(value);
  return {
    name: path.replaceAll('.*', ''),
    isUnset: set === false,
    revise: (call) => ({ ...call, input: withMember(call.input, path.split('.'), set) as object }),
  };
}

function withMember(input: unknown, [name = '', ...rest]: readonly string[], value: unknown): unknown {
  if (name === '*') return ((input ?? []) as unknown[]).map((each) => withMember(each, rest, value));
  const inner = (input as Readonly<Record<string, unknown>> | undefined)?.[name];
  const next = rest.length > 0 ? withMember(inner, rest, value) : value;
  return { ...(input as object), [name]: next };
}
