/** How a call meets a condition by being made otherwise: nothing of the account is changed for it. */
import { parseArn } from '../../aws/arn.ts';
import type { Session } from '../../invoke/caller.ts';
import type { AccessRequest } from '../../policy/decision.ts';
import type { ConditionTrace } from '../../policy/trace.ts';
import { unknownAsAbsent } from '../../policy/unknown.ts';
import type { RehearsedCall } from '../../rehearsal/rehearsal.ts';
import { isLike, type WantedValue, wantedValue } from '../statements/wanted-value.ts';
import { byConnection } from './by-connection.ts';
import type { Asking, RequestFix } from './request-fix.ts';
import { memberChange } from './request-members.ts';
import { withTag } from './request-tags.ts';

export function requestFix(condition: ConditionTrace, asking: Asking): RequestFix | undefined {
  const wanted = wantedValue(condition);
  if (!wanted) return undefined;
  return (
    bySession(condition, wanted, asking) ??
    // What a service calls for somebody reaches KMS on a way of its own.
    (asking.isOwnCall
      ? (byConnection(condition, wanted, asking) ?? byInput(condition, wanted, asking))
      : undefined)
  );
}

function bySession(
  { key }: ConditionTrace,
  wanted: WantedValue,
  { nowMs, request: { principal } }: Asking,
): RequestFix | undefined {
  const { value } = wanted;
  switch (key.toLowerCase()) {
    case 'aws:multifactorauthage':
      return withMfa(nowMs, principal);
    case 'aws:multifactorauthpresent':
      return value === 'false' ? undefined : withMfa(nowMs, principal);
    case 'aws:sourceidentity':
      return principal.kind === 'role-session' && !principal.serviceLinked
        ? withSourceIdentity(wanted)
        : undefined;
    case 'aws:tokenissuetime':
      return Date.parse(value) < nowMs ? withNewSession(nowMs) : undefined;
    default:
      return undefined;
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html */
const withNewSession = (nowMs: number): RequestFix => ({
  how: 'in a new session: those from before were revoked (assume the role again, or restart what holds its credentials)',
  conditions: { 'aws:TokenIssueTime': new Date(nowMs).toISOString() },
  revise: (call) => withSession(call, { issuedAtMs: nowMs }),
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html */
const withSourceIdentity = ({ value, text }: WantedValue): RequestFix => ({
  how: `in a session of the role that is begun with the source identity ${text} (aws sts assume-role with --source-identity, for which the role's trust policy and whoever assumes it need sts:SetSourceIdentity)`,
  conditions: { 'aws:SourceIdentity': value },
  revise: (call) => withSession(call, { sourceIdentity: value }),
});

/** Whoever begins a session of a role gives the code: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html */
const withMfa = (nowMs: number, { kind }: AccessRequest['principal']): RequestFix => ({
  how:
    kind === 'role-session'
      ? 'in a session of the role that is begun with MFA (aws sts assume-role with --serial-number and --token-code)'
      : 'with MFA (aws sts get-session-token with --serial-number and --token-code)',
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
    const { name, isUnset, besides, revise } = member;
    return {
      how: `${isUnset ? `without ${name}` : `with ${name} ${text}`}${besides ? ` (and ${besides})` : ''}`,
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
  if (key.toLowerCase() === 'ec2:launchtemplate' && operation === 'RunInstances') {
    return withTemplate(key, wanted);
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

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/use-launch-templates-to-control-launching-instances.html */
function withTemplate(key: string, { value, text, isExample }: WantedValue): RequestFix {
  const LaunchTemplateId = parseArn(value)?.resource.replace(/^launch-template\//, '');
  return {
    how: `with a launch template whose ARN is ${text}`,
    conditions: { [key]: value },
    ...(!isExample && { revise: (call) => withInput(call, { LaunchTemplate: { LaunchTemplateId } }) }),
  };
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

const withInput = (call: RehearsedCall, input: object): RehearsedCall => ({
  ...call,
  input: { ...call.input, ...input },
});
