/**
 * Calls on KMS that fail for what they ask, whoever asks: a key of another Region, one that is not symmetric, an encryption
 * context that is not that of the ciphertext, a key policy that names nobody or locks its author out. Each with its reason, and how to call instead.
 */
import { parseArn } from '../../aws/arn.ts';
import { accountOf, principalOf } from '../../invoke/caller.ts';
import type { PolicyPrincipal } from '../../policy/decision.ts';
import type { RehearsedCall } from '../../rehearsal/rehearsal.ts';
import type { Obstacle } from '../../rehearsal/transcript.ts';
import { principalName, resourceName } from '../words/names.ts';
import { unknownPrincipals, withoutPrincipals } from './dead-principals.ts';
import { about, anotherKey, type FailedRequest, isOwnCall, keyIn } from './failing-key.ts';
import { principalElement } from './new-statement.ts';
import { ofAnotherRegion, ofNoKey } from './other-region.ts';
import type { PolicyDocument } from './place.ts';
import type { Candidate } from './remedy.ts';
import { parsedDocument } from './stored-document.ts';

type Reader = (obstacle: Obstacle) => FailedRequest | undefined;

const READERS: Readonly<Record<string, Reader>> = {
  NotFoundException: (obstacle) => ofAnotherRegion(obstacle) ?? ofNoKey(obstacle),
  InvalidKeyUsageException: wrongKind,
  UnsupportedOperationException: wrongKind,
  InvalidCiphertextException: wrongCiphertext,
  IncorrectKeyException: wrongCiphertext,
  MalformedPolicyDocumentException: (obstacle) => namesNobody(obstacle) ?? locksOut(obstacle),
};

export function failedRequest(obstacle: Obstacle): FailedRequest | undefined {
  const { operation } = obstacle.invocation;
  return operation.service.id === 'kms' ? READERS[obstacle.error.code]?.(obstacle) : undefined;
}

/** EC2 and others ask for data keys, which symmetric encryption keys alone can give (aws-facts B1). */
function wrongKind({ invocation, error }: Obstacle): FailedRequest | undefined {
  const key = keyIn(invocation);
  if (!key || isOwnCall(invocation)) return undefined;
  const spec = /key spec is (\S+) /.exec(error.message)?.[1] ?? 'no symmetric encryption key';
  return {
    reason: `${resourceName(key)} is ${spec}, and volumes take only symmetric encryption keys`,
    key,
    candidates: async () =>
      anotherKey(about(invocation, key), key, `a symmetric encryption key of ${invocation.caller.region}`),
  };
}

function wrongCiphertext({ invocation, error }: Obstacle): FailedRequest {
  const key = keyIn(invocation);
  const { EncryptionContext: context } = invocation.input as { EncryptionContext?: object };
  const given = context ? `the encryption context ${JSON.stringify(context)}` : 'no encryption context';
  const isOfOtherKey = error.code === 'IncorrectKeyException';
  const reason = isOfOtherKey
    ? 'the ciphertext was made under another key'
    : `the ciphertext was not made under this key with ${given}, which must be the same to the letter, or it was damaged`;
  const sentence = isOfOtherKey
    ? 'Change no policy: leave KeyId out, or give the key under which it was encrypted.'
    : 'Change no policy: give the encryption context with which it was encrypted (CloudTrail shows it in the event of the Encrypt or GenerateDataKey call).';
  return {
    reason,
    key,
    candidates: async () => [{ ...about(invocation, key ?? ''), target: key ?? '', sentence }],
  };
}

const SERVICE_LINKED = /^arn:[^:]+:iam::\d+:role\/aws-service-role\/([^/]+)\//;

/** A key policy that names users or roles that do not exist cannot be stored (aws-facts A3.6). */
function namesNobody({ invocation, error }: Obstacle): FailedRequest | undefined {
  const { Policy, KeyId = '' } = invocation.input as { Policy?: string; KeyId?: string };
  if (!Policy || !/invalid principals/.test(error.message)) return undefined;
  const document = parsedDocument(Policy);
  const region = invocation.caller.region;
  return {
    reason: 'its key policy names a principal that does not exist',
    key: KeyId || undefined,
    async candidates({ runtime: { store, ports } }) {
      const unknown = await store.read((tx) => unknownPrincipals(tx, ports.principals, document));
      const linked = unknown.flatMap((principal) => {
        const [, service] = SERVICE_LINKED.exec(principal) ?? [];
        return service ? [{ principal, service }] : [];
      });
      const roles = linked.map(({ principal, service }) =>
        serviceLinkedRole(principal, parseArn(principal)?.account ?? '', service),
      );
      if (roles.length === unknown.length) return roles;
      const revise = isOwnCall(invocation) ? withoutInPolicy(document, unknown) : undefined;
      const account = unknown.map((principal) => parseArn(principal)?.account).find(Boolean) ?? '';
      const left: Candidate = { kind: 'request', account, region, target: KeyId, sentence: leftOut(unknown) };
      return [{ ...left, ...(revise && { revise }) }, ...roles];
    },
  };
}

/** Whoever was deleted is left as an id, which nobody can create again. */
function leftOut(unknown: readonly string[]): string {
  const [it, name] = unknown.length > 1 ? ['them', 'they name'] : ['it', 'it names'];
  const orCreated = unknown.every((principal) => parseArn(principal)) ? `, or create ${it} first` : '';
  return `Change no other policy: leave ${unknown.join(' and ')} out of the document${orCreated}: ${name} nobody.`;
}

const withoutInPolicy =
  (document: PolicyDocument, principals: readonly string[]) =>
  (call: RehearsedCall): RehearsedCall => {
    const Policy = JSON.stringify(withoutPrincipals(document, (each) => principals.includes(each)).document);
    return { ...call, input: { ...call.input, Policy } };
  };

/** Whoever sets a key policy must be able to set it again (aws-facts A3.5). */
function locksOut({ invocation, error }: Obstacle): FailedRequest | undefined {
  const { Policy, KeyId = '' } = invocation.input as { Policy?: string; KeyId?: string };
  if (!Policy || !/will not allow you to update the key policy/.test(error.message)) return undefined;
  const who = principalName(principalOf(invocation.caller));
  const common = { ...about(invocation, KeyId), account: accountOf(invocation.caller) };
  const changed = (input: object) => (call: RehearsedCall) => ({
    ...call,
    input: { ...call.input, ...input },
  });
  const document = parsedDocument(Policy);
  const Statement = [...document.Statement, adminStatement(principalOf(invocation.caller))];
  const named = `Change no other policy: let the document allow kms:PutKeyPolicy to ${who}.`;
  const bypassed = `Change no policy: pass BypassPolicyLockoutSafetyCheck, if ${who} need not change the key policy again.`;
  return {
    reason: `its key policy would not let ${who} change the key policy again`,
    key: KeyId || undefined,
    candidates: async () =>
      [
        {
          ...common,
          sentence: named,
          revise: changed({ Policy: JSON.stringify({ ...document, Statement }) }),
        },
        { ...common, sentence: bypassed, revise: changed({ BypassPolicyLockoutSafetyCheck: true }) },
      ].map(({ revise, ...rest }) => ({ ...rest, ...(isOwnCall(invocation) && { revise }) })),
  };
}

const adminStatement = (principal: PolicyPrincipal) => ({
  Effect: 'Allow',
  Principal: principalElement(principal),
  Action: 'kms:PutKeyPolicy',
  Resource: '*',
});

/** A service creates its role when it is first used; only then may a policy name it. */
function serviceLinkedRole(arn: string, account: string, AWSServiceName: string): Candidate {
  const call = { service: 'iam', operation: 'CreateServiceLinkedRole', input: { AWSServiceName } };
  return {
    kind: 'state',
    account,
    region: 'us-east-1',
    target: arn,
    sentence: `Create the service-linked role ${arn}, which does not exist yet:`,
    calls: () => [{ ...call, account, region: 'us-east-1' }],
  };
}
