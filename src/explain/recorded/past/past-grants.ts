/** Grants of an earlier time: those of now, without what was made since, and with what has ended since. */
import type { PolicyGrant, PolicyInputs } from '../../../policy/decision.ts';
import { beforeChange, type PastState } from '../../history/timelines.ts';

type Grants = Pick<PolicyInputs, 'grants' | 'unknownGrants'>;

const GRANT = /^grant /;

export function grantsAt(states: readonly PastState[], now: Grants): Grants {
  let { grants = [], unknownGrants } = now;
  for (const { what, value, changed } of states) {
    if (!GRANT.test(what)) continue;
    const grantId = what.replace(GRANT, '');
    grants = grants.filter((grant) => grant.grantId !== grantId);
    if (value === null) continue;
    const made = value === undefined ? undefined : recordedGrant(grantId, value);
    if (made) grants = [...grants, made];
    // It was made before anything is recorded: to whom and for what is not known.
    else unknownGrants ??= { kind: 'grants', name: what, why: beforeChange(changed) };
  }
  return { grants, unknownGrants };
}

interface GrantParameters {
  readonly granteePrincipal?: string;
  readonly granteeServicePrincipal?: string;
  readonly issuingAccount?: string;
  readonly operations?: readonly string[];
  readonly constraints?: Pick<
    PolicyGrant,
    'encryptionContextEquals' | 'encryptionContextSubset' | 'sourceArn'
  >;
}

function recordedGrant(grantId: string, parameters: string): PolicyGrant | undefined {
  const {
    granteeServicePrincipal,
    granteePrincipal: grantee = granteeServicePrincipal,
    issuingAccount,
    operations,
    constraints,
  } = JSON.parse(parameters) as GrantParameters;
  if (!grantee || !issuingAccount || !operations) return undefined;
  const actions = operations.map((operation) => `kms:${operation}`);
  return { grantId, grantee, issuingAccount, actions, ...constraints };
}
