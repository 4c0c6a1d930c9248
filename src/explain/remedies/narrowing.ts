/** What keeps a new statement as narrow as what its author meant. */
import type { AccessRequest, PolicyInputs } from '../../policy/decision.ts';
import { explainDecision } from '../../policy/trace.ts';
import { unknownAsAbsent } from '../../policy/unknown.ts';
import type { Conditions } from './fixes.ts';
import { writtenStatement } from './near-miss.ts';

interface Asked {
  readonly inputs: PolicyInputs;
  readonly request: AccessRequest;
}

/** The conditions that keep the right to what the call needs: those that held in a statement that was nearly it, and its purpose. */
export function narrowing(question: Asked): { Condition?: Conditions } {
  const carried = heldConditions(question);
  const purpose = purposeOf(question.request);
  const all: Record<string, Record<string, unknown>> = {};
  for (const part of [carried, purpose]) {
    for (const [operator, block] of Object.entries(part)) all[operator] = { ...all[operator], ...block };
  }
  return Object.keys(all).length > 0 ? { Condition: all } : {};
}

/**
 * What AWS advises of rights that are used through a service
 * (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html), and of roles for those who bear a provider's
 * token: it gives tokens to many (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html).
 */
function purposeOf(request: AccessRequest): Conditions {
  // Of a recorded call not every value is known; what is not narrows nothing.
  const { action, principal, condition } = unknownAsAbsent(request);
  const only = (name: string) => condition(name.toLowerCase())?.[0];
  if (principal.kind === 'web-identity') return equal(claimsOf(principal.provider), only);
  if (action === 'kms:CreateGrant' && only('kms:GrantIsForAWSResource') === 'true')
    return { Bool: { 'kms:GrantIsForAWSResource': true } };
  if (action === 'iam:PassRole') return equal(['iam:PassedToService'], only);
  if (!action.startsWith('kms:')) return {};
  if (principal.kind === 'service') return ofItsAccount(only);
  const isByUnknownService = !only('kms:ViaService') && only('aws:ViaAWSService') === 'true';
  return isByUnknownService ? { Bool: { 'aws:ViaAWSService': true } } : equal(['kms:ViaService'], only);
}

/**
 * A service works for every account that asks it: for whose resource it is here, which AWS advises to say
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html). CloudWatch Logs says so by the context
 * (aws-facts D7.6).
 */
function ofItsAccount(only: (name: string) => string | undefined): Conditions {
  const [prefix] = /^arn:[^:]*:logs:[^:]*:\d{12}:/.exec(only(LOGS_CONTEXT) ?? '') ?? [];
  return prefix ? { ArnLike: { [LOGS_CONTEXT]: `${prefix}*` } } : equal(['aws:SourceAccount'], only);
}

const LOGS_CONTEXT = 'kms:EncryptionContext:aws:logs:arn';

/** Those that say who of the provider's users it is, and for whom the token was made. */
function claimsOf(provider: string): string[] {
  const [, url] = /:oidc-provider\/(.*)$/.exec(provider) ?? [];
  return url === undefined ? ['SAML:aud', 'SAML:sub'] : [`${url}:aud`, `${url}:sub`];
}

function equal(names: readonly string[], only: (name: string) => string | undefined): Conditions {
  const known = names.map((name) => [name, only(name)] as const).filter(([, value]) => value !== undefined);
  return known.length > 0 ? { StringEquals: Object.fromEntries(known) } : {};
}

/** Of the Allow statement that came nearest, as far as its conditions held. */
function heldConditions({ inputs, request }: Asked): Conditions {
  for (const policy of explainDecision(inputs, request).policies) {
    for (const { effect, mismatches = [], conditions = [], index } of policy.statements) {
      const isNear = effect === 'Allow' && mismatches.length === 1 && mismatches[0] === 'condition';
      const written = isNear ? writtenStatement(inputs, policy, index)?.Condition : undefined;
      if (!written) continue;
      const held = conditions.filter(({ holds }) => holds === true);
      const kept: Record<string, Record<string, unknown>> = {};
      for (const { operator, key } of held) {
        const name = Object.keys(written[operator] ?? {}).find(
          (each) => each.toLowerCase() === key.toLowerCase(),
        );
        if (name) kept[operator] = { ...kept[operator], [name]: written[operator]?.[name] };
      }
      return kept;
    }
  }
  return {};
}
