/** How a call meets a condition by being made otherwise: nothing of the account is changed for it. */
import { parseArn } from '../../aws/arn.ts';
import type { Origin, Session, VpcEndpointOrigin } from '../../invoke/caller.ts';
import { isGiven } from '../../invoke/given-keys.ts';
import type { ConditionValues } from '../../invoke/verdict.ts';
import type { AccessRequest } from '../../policy/decision.ts';
import type { ConditionTrace } from '../../policy/trace.ts';
import { unknownAsAbsent } from '../../policy/unknown.ts';
import type { RehearsedCall } from '../../rehearsal/rehearsal.ts';
import { unmeetable } from '../possible-values.ts';
import { memberChange } from './request-members.ts';
import { withTag } from './request-tags.ts';
import { isLike, type WantedValue, wantedValue } from './wanted-value.ts';

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
    case 'aws:tokenissuetime':
      return Date.parse(value) < nowMs ? withNewSession(nowMs) : undefined;
    default:
      return undefined;
  }
}

/** How the call reaches AWS; what a service calls for somebody reaches KMS on a way of its own. */
function byConnection(
  condition: ConditionTrace,
  { value, isExample }: WantedValue,
  { request }: Asking,
): RequestFix | undefined {
  const { key } = condition;
  if (isExample || !isGiven(key, request.action) || unmeetable(condition)) return undefined;
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

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html */
const withNewSession = (nowMs: number): RequestFix => ({
  how: 'in a new session: those from before were revoked (assume the role again, or restart what holds its credentials)',
  conditions: { 'aws:TokenIssueTime': new Date(nowMs).toISOString() },
  revise: (call) => withSession(call, { issuedAtMs: nowMs }),
});

const withMfa = (nowMs: number): RequestFix => ({
  how: 'with MFA (aws sts get-session-token with --serial-number and --token-code)',
  conditions: { 'aws:MultiFactorAuthPresent': true, 'aws:MultiFactorAuthAge': 0 },
  revise: (call) => withSession(call, { mfaAuthenticated: true, issuedAtMs: nowMs }),
});

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
  const [, operation = ''] = request.action.split(':');
  if (key.toLowerCase() === 'kms:requestalias') return byAlias(condition, request);
  const member = memberChange(key, operation, value);
  if (member) {
    const { name, isUnset, revise } = member;
    return {
      how: isUnset ? `without ${name}` : `with ${name} ${text}`,
      conditions: { [key]: value },
      revise,
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

/** An alias that this key does not have names another key, or none. */
function byAlias({ key, expected }: ConditionTrace, request: AccessRequest): RequestFix | undefined {
  const [, operation = ''] = request.action.split(':');
  const own = unknownAsAbsent(request).condition('kms:resourcealiases') ?? [];
  const alias = own.find((each) => expected.some((value) => isLike(value, each)));
  const member = alias === undefined ? undefined : memberChange(key, operation, alias);
  return (
    member && { how: `with ${member.name} "${alias}"`, conditions: { [key]: alias }, revise: member.revise }
  );
}

/**
 * With these pairs in the encryption context, in place of those whose names differ in case only. `isWhole`: and with no others.
 */
export function withContext(pairs: Readonly<Record<string, string>>, isWhole = false): RequestFix {
  const names = new Set(Object.keys(pairs).map((name) => name.toLowerCase()));
  const text = Object.entries(pairs).map(([name, value]) => `${name}="${value}"`);
  return {
    how: `with the encryption context ${text.join(', ')}${isWhole ? ', and nothing else in it' : ''}`,
    conditions: {
      'kms:EncryptionContextKeys': Object.keys(pairs),
      ...Object.fromEntries(
        Object.entries(pairs).map(([name, value]) => [`${ENCRYPTION_CONTEXT}${name}`, value]),
      ),
    },
    revise: (call) => {
      const { EncryptionContext: before = {} } = call.input as { EncryptionContext?: Record<string, string> };
      const others = Object.entries(before).filter(([name]) => !isWhole && !names.has(name.toLowerCase()));
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
