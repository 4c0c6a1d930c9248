/** What keeps a new statement as narrow as what its author meant. */
import type { AccessRequest, PolicyInputs } from '../../policy/decision.ts';
import { explainDecision } from '../../policy/trace.ts';
import { UnknownReached } from '../../policy/unknown-reached.ts';
import type { Conditions } from './fixes.ts';
import { writtenStatement } from './near-miss.ts';

interface Asked {
  readonly inputs: PolicyInputs;
  readonly request: AccessRequest;
}

/**
 * The conditions that keep the right to what the call needs: those that held in a statement that was nearly it, and
 * what AWS advises of rights that are used through a service
 * (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html).
 */
export function narrowing(question: Asked): { Condition?: Conditions } {
  const { request } = question;
  const { action } = request;
  const condition = (name: string) => knownValues(request, name);
  const carried = heldConditions(question);
  const via = condition('kms:viaservice');
  const purpose: Conditions =
    action === 'kms:CreateGrant' && condition('kms:grantisforawsresource')?.[0] === 'true'
      ? { Bool: { 'kms:GrantIsForAWSResource': true } }
      : action === 'iam:PassRole' && condition('iam:passedtoservice')
        ? { StringEquals: { 'iam:PassedToService': condition('iam:passedtoservice')?.[0] } }
        : action.startsWith('kms:') && via
          ? { StringEquals: { 'kms:ViaService': via[0] } }
          : {};
  const all: Record<string, Record<string, unknown>> = {};
  for (const part of [carried, purpose]) {
    for (const [operator, block] of Object.entries(part)) all[operator] = { ...all[operator], ...block };
  }
  return Object.keys(all).length > 0 ? { Condition: all } : {};
}

/** Of a recorded call not every value is known; what is not narrows nothing. */
function knownValues({ condition }: AccessRequest, name: string): readonly string[] | undefined {
  try {
    return condition(name);
  } catch (error) {
    if (error instanceof UnknownReached) return undefined;
    throw error;
  }
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
