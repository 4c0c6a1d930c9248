/** How a call meets a condition by being made otherwise: nothing of the account is changed for it. */
import { parseArn } from '../../aws/arn.ts';
import type { Origin, Session, VpcEndpointOrigin } from '../../invoke/caller.ts';
import { isGiven } from '../../invoke/given-keys.ts';
import type { ConditionValues } from '../../invoke/verdict.ts';
import type { AccessRequest } from '../../policy/decision.ts';
import type { ConditionTrace } from '../../policy/trace.ts';
import type { RehearsedCall } from '../../rehearsal/rehearsal.ts';
import { withTag } from './request-tags.ts';
import { type WantedValue, wantedValue } from './wanted-value.ts';

export interface RequestFix {
  /** `with MFA` */
  readonly how: string;
  /** What is then so of the request. */
  readonly conditions: ConditionValues;
  /** Absent where it can be told only. */
  readonly revise?: (call: RehearsedCall) => RehearsedCall;
}

export interface Asking {
  readonly request: AccessRequest;
  /** Whether it is the user's own call, and not one that a service makes for him. */
  readonly isOwnCall: boolean;
  readonly nowMs: number;
}

export function requestFix(condition: ConditionTrace, asking: Asking): RequestFix | undefined {
  const wanted = wantedValue(condition);
  if (!wanted) return undefined;
  return (
    bySession(condition, wanted, asking) ??
    (asking.isOwnCall
      ? (byConnection(condition, wanted, asking) ?? byInput(condition, wanted, asking))
      : undefined)
  );
}

function bySession(
  { key }: ConditionTrace,
  { value }: WantedValue,
  { nowMs }: Asking,
): RequestFix | undefined {
  switch (key.toLowerCase()) {
    case 'aws:multifactorauthage':
      return withMfa(nowMs);
    case 'aws:multifactorauthpresent':
      return value === 'false' ? undefined : withMfa(nowMs);
    default:
      return undefined;
  }
}

/** How the call reaches AWS; what a service calls for somebody reaches KMS on a way of its own. */
function byConnection(
  { key }: ConditionTrace,
  { value, isExample }: WantedValue,
  { request }: Asking,
): RequestFix | undefined {
  if (isExample || !isGiven(key, request.action)) return undefined;
  if (key.toLowerCase() === 'aws:sourceip') {
    const [sourceIp = ''] = value.split('/');
    return {
      how: `from an address in ${value}`,
      conditions: { [key]: sourceIp },
      revise: (call) => withOrigin(call, { sourceIp }),
    };
  }
  const conditions = { [key]: value };
  if (key.toLowerCase() === 'aws:securetransport') {
    if (value !== 'true') return undefined;
    return { how: 'over HTTPS', conditions, revise: (call) => withOrigin(call, { secureTransport: true }) };
  }
  const endpoint = ENDPOINTS[key.toLowerCase()]?.(value);
  if (!endpoint) return undefined;
  const { how, known } = endpoint;
  return { how: `through ${how}`, conditions, revise: (call) => throughEndpoint(call, known) };
}

interface WantedEndpoint {
  readonly how: string;
  /** All that a condition says of it. */
  readonly known: Partial<VpcEndpointOrigin>;
}

/** Which endpoint the call has to come through for the key to have the value. */
const ENDPOINTS: Readonly<Record<string, (value: string) => WantedEndpoint>> = {
  'aws:sourcevpce': (id) => ({ how: `VPC endpoint ${id}`, known: { id } }),
  'aws:sourcevpc': (vpcId) => ({ how: `an endpoint of ${vpcId}`, known: { vpcId } }),
  'aws:sourcevpcarn': (arn) => {
    const { account, resource = '' } = parseArn(arn) ?? {};
    const vpcId = resource.replace(/^vpc\//, '');
    return { how: `an endpoint of ${vpcId}`, known: { vpcId, ...(account && { account }) } };
  },
  'aws:vpceaccount': (account) => ({ how: `a VPC endpoint of account ${account}`, known: { account } }),
  // The caller's own account has it, until an endpoint of another is named.
  'aws:vpceorgid': (organization) => ({ how: `a VPC endpoint of organization ${organization}`, known: {} }),
};

const withMfa = (nowMs: number): RequestFix => ({
  how: 'with MFA (aws sts get-session-token with --serial-number and --token-code)',
  conditions: { 'aws:MultiFactorAuthPresent': true, 'aws:MultiFactorAuthAge': 0 },
  revise: (call) => withSession(call, { mfaAuthenticated: true, issuedAtMs: nowMs }),
});

interface InputMember {
  readonly operations: readonly string[];
  readonly member: string;
  readonly read?: (value: string) => unknown;
}

const isTrue = (value: string) => value === 'true';

/** Condition keys that are members of the input of these operations, in lower case. */
const INPUT_MEMBERS: Readonly<Record<string, InputMember>> = {
  'ec2:encrypted': {
    operations: ['CreateVolume', 'CopySnapshot', 'CopyImage'],
    member: 'Encrypted',
    read: isTrue,
  },
  'ec2:instancetype': { operations: ['RunInstances'], member: 'InstanceType' },
  'ec2:volumesize': { operations: ['CreateVolume'], member: 'Size', read: Number },
  'ec2:volumetype': { operations: ['CreateVolume'], member: 'VolumeType' },
  'kms:keyorigin': { operations: ['CreateKey'], member: 'Origin' },
  'kms:keyspec': { operations: ['CreateKey'], member: 'KeySpec' },
  'kms:keyusage': { operations: ['CreateKey'], member: 'KeyUsage' },
  'kms:multiregion': { operations: ['CreateKey'], member: 'MultiRegion', read: isTrue },
  'kms:requestalias': {
    operations: [
      'Encrypt',
      'Decrypt',
      'GenerateDataKey',
      'GenerateDataKeyWithoutPlaintext',
      'DescribeKey',
      'Sign',
    ],
    member: 'KeyId',
  },
  'kms:schedulekeydeletionpendingwindowindays': {
    operations: ['ScheduleKeyDeletion'],
    member: 'PendingWindowInDays',
    read: Number,
  },
  'sts:externalid': { operations: ['AssumeRole'], member: 'ExternalId' },
  'sts:rolesessionname': { operations: ['AssumeRole'], member: 'RoleSessionName' },
  'sts:sourceidentity': { operations: ['AssumeRole'], member: 'SourceIdentity' },
};

const ENCRYPTION_CONTEXT = 'kms:EncryptionContext:';
const REQUEST_TAG = 'aws:RequestTag/';
/** https://docs.aws.amazon.com/kms/latest/developerguide/conditions-nitro-enclaves.html */
const ATTESTATION = 'kms:RecipientAttestation:';
const startsWith = (key: string, prefix: string) => key.toLowerCase().startsWith(prefix.toLowerCase());

function byInput(
  condition: ConditionTrace,
  wanted: WantedValue,
  { request }: Asking,
): RequestFix | undefined {
  const { key } = condition;
  const { value, text, isExample } = wanted;
  const known = INPUT_MEMBERS[key.toLowerCase()];
  const [, operation = ''] = request.action.split(':');
  if (known?.operations.includes(operation)) {
    const { member, read = (given: string) => given } = known;
    return {
      how: `with ${member} ${text}`,
      conditions: { [key]: value },
      revise: (call) => withInput(call, { [member]: read(value) }),
    };
  }
  if (startsWith(key, ENCRYPTION_CONTEXT)) {
    const name = key.slice(ENCRYPTION_CONTEXT.length);
    const fix = withContext({ [name]: value });
    return isExample ? { ...fix, how: `with the encryption context ${name} ${text}` } : fix;
  }
  if (key.toLowerCase() === 'kms:encryptioncontextkeys') {
    const { actual, operator } = condition;
    if (actual !== undefined && !operator.startsWith('ForAnyValue')) return undefined;
    const which = operator === 'Null' ? '' : ` that has ${text}`;
    return { ...withContext({ [value]: 'x' }), how: `with an encryption context${which}` };
  }
  if (startsWith(key, ATTESTATION)) {
    return {
      how: `with an attestation document (Recipient) in which ${key.slice(ATTESTATION.length)} is ${text}, as an enclave or an instance with NitroTPM has it`,
      conditions: { [key]: value },
    };
  }
  if (key.toLowerCase() === 'kms:grantconstrainttype') {
    return {
      how: `with Constraints.${value}`,
      conditions: { [key]: value },
      revise: (call) => withInput(call, { Constraints: { [value]: { x: 'x' } } }),
    };
  }
  if (startsWith(key, REQUEST_TAG)) return withRequestTag(condition, wanted, request);
  return undefined;
}

/** With these pairs in the encryption context, in place of those whose names differ in case only. */
export function withContext(pairs: Readonly<Record<string, string>>): RequestFix {
  const names = new Set(Object.keys(pairs).map((name) => name.toLowerCase()));
  const text = Object.entries(pairs).map(([name, value]) => `${name}="${value}"`);
  return {
    how: `with the encryption context ${text.join(', ')}`,
    conditions: {
      'kms:EncryptionContextKeys': Object.keys(pairs),
      ...Object.fromEntries(
        Object.entries(pairs).map(([name, value]) => [`${ENCRYPTION_CONTEXT}${name}`, value]),
      ),
    },
    revise: (call) => {
      const { EncryptionContext: before = {} } = call.input as { EncryptionContext?: Record<string, string> };
      const others = Object.entries(before).filter(([name]) => !names.has(name.toLowerCase()));
      return withInput(call, { EncryptionContext: { ...Object.fromEntries(others), ...pairs } });
    },
  };
}

function withRequestTag(
  { key, actual }: ConditionTrace,
  { value, text, isExample }: WantedValue,
  { action, resource }: AccessRequest,
): RequestFix {
  const tag = key.slice(REQUEST_TAG.length);
  const type = parseArn(resource)?.resource.split(/[/:]/)[0];
  const on = action.startsWith('ec2:') && type ? ` on the ${type}` : '';
  return {
    how: `with the tag ${tag}${isExample ? ' ' : '='}${text}${on}${actual === undefined ? '' : ', not another value'}`,
    conditions: { [key]: value },
    revise: (call) => withTag(call, resource, { Key: tag, Value: value }) ?? call,
  };
}

function withSession(call: RehearsedCall, change: Partial<Session>): RehearsedCall {
  if (!('identity' in call.caller)) return call;
  const { identity } = call.caller;
  const session = { issuedAtMs: 0, mfaAuthenticated: false, tags: {}, ...identity.session, ...change };
  return {
    ...call,
    caller: { ...call.caller, identity: { ...identity, session } } as RehearsedCall['caller'],
  };
}

/** Of an endpoint or a VPC no more is known than what the condition says of it. */
function throughEndpoint(call: RehearsedCall, known: Partial<VpcEndpointOrigin>): RehearsedCall {
  if (call.caller.kind !== 'external') return call;
  const { account } = call.caller.identity;
  const unknown = { id: '', vpcId: '', account, sourceIp: call.caller.origin.sourceIp };
  return withOrigin(call, { vpcEndpoint: { ...unknown, ...call.caller.origin.vpcEndpoint, ...known } });
}

function withOrigin(call: RehearsedCall, change: Partial<Origin>): RehearsedCall {
  if (call.caller.kind !== 'external') return call;
  return { ...call, caller: { ...call.caller, origin: { ...call.caller.origin, ...change } } };
}

const withInput = (call: RehearsedCall, input: object): RehearsedCall => ({
  ...call,
  input: { ...call.input, ...input },
});
