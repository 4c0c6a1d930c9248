/** What makes a grant fit that nearly does: the encryption context that it asks for, or the same grant for today's namesake. */
import { parseArn } from '../../aws/arn.ts';
import type { Ruling } from '../../invoke/authorize.ts';
import { constraintHolds } from '../../policy/grants.ts';
import { granteeNames } from '../../policy/principals.ts';
import { Truths } from '../../policy/truth.ts';
import type { Rehearsal } from '../../rehearsal/rehearsal.ts';
import { type KeyGrant, keyFacts } from '../../services/kms/index.ts';
import { formerPrincipal, uniqueIdOf } from '../words/former-principals.ts';
import type { Candidate } from './remedy.ts';
import { withContext } from './request-fixes.ts';

export async function nearGrantCandidates(
  { runtime: { store, ports } }: Rehearsal,
  { request, decision }: Pick<Ruling, 'request' | 'decision'>,
  isOwnCall: boolean,
): Promise<readonly Candidate[]> {
  const { account, region, service, resource = '' } = parseArn(request.resource) ?? {};
  if (service !== 'kms' || !resource.startsWith('key/') || !account || !region) return [];
  if (decision.allowed || decision.explicit) return [];
  const own = new Set(granteeNames(request.principal));
  return store.read(async (tx) => {
    const facts = await keyFacts({ tx, account, region }, request.resource).catch(() => undefined);
    const found: Candidate[] = [];
    for (const grant of facts?.grants ?? []) {
      if (!grant.actions.includes(request.action)) continue;
      if (own.has(grant.grantee)) found.push(...(isOwnCall ? contextCandidate(grant, request) : []));
      else if (await wasCaller(grant)) found.push(renewed(grant, request, region));
    }
    return found;

    /** Whether its grantee was the caller's namesake, and is gone. */
    async function wasCaller({ grantee }: KeyGrant): Promise<boolean> {
      const id = uniqueIdOf(grantee);
      if (id === undefined || (await ports.principals.arn(tx, id)) !== undefined) return false;
      return (await formerPrincipal(tx, id)).arn === callerArnOf(request);
    }
  });
}

type Request = Ruling['request'];

const callerArnOf = ({ principal }: Request): string =>
  principal.kind === 'role-session' ? principal.roleArn : 'arn' in principal ? principal.arn : '';

const nameOf = ({ grantId, name }: KeyGrant) => (name ? `grant "${name}"` : `grant ${grantId.slice(0, 12)}…`);

function contextCandidate(grant: KeyGrant, request: Request): Candidate[] {
  const { encryptionContextEquals: whole, encryptionContextSubset: part } = grant;
  const pairs = whole ?? part;
  if (!pairs || request.action === 'kms:CreateGrant') return [];
  // Of a call whose encryption context is not known it may hold.
  if (new Truths(request).attempt(() => constraintHolds(grant, request)) !== false) return [];
  const { how, conditions, revise } = withContext(pairs, whole !== undefined);
  return [
    {
      kind: 'request',
      account: 'account' in request.principal ? request.principal.account : '',
      region: parseArn(request.resource)?.region ?? '',
      target: request.resource,
      sentence: `Change no policy: ${nameOf(grant)} allows it where the call is made ${how}.`,
      conditions,
      revise,
    },
  ];
}

function renewed(grant: KeyGrant, request: Request, region: string): Candidate {
  const {
    encryptionContextEquals: EncryptionContextEquals,
    encryptionContextSubset: EncryptionContextSubset,
  } = grant;
  const isConstrained = EncryptionContextEquals || EncryptionContextSubset;
  return {
    kind: 'grant',
    account: grant.issuingAccount,
    region,
    target: request.resource,
    sentence: `Make ${nameOf(grant)} again, whose grantee was deleted, for today's ${callerArnOf(request)}:`,
    grant: {
      KeyId: request.resource,
      GranteePrincipal: callerArnOf(request),
      Operations: grant.actions.map((action) => action.slice('kms:'.length)),
      ...(isConstrained && { Constraints: { EncryptionContextEquals, EncryptionContextSubset } }),
    },
  };
}
