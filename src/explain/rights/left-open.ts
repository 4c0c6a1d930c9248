/** Of a denial that depends on what nobody recorded: with which values it would have been let through, and how to go on from there. */
import type { Ruling } from '../../invoke/authorize.ts';
import type { AccessRequest } from '../../policy/decision.ts';
import { decide } from '../../policy/evaluate.ts';
import { granteeNames } from '../../policy/principals.ts';
import { unknownAsAbsent } from '../../policy/unknown.ts';
import { allInWords, type ConditionFact } from '../words/condition-words.ts';
import { originText } from '../words/names.ts';
import { dependsOn, missingFor } from './grounds-in-words.ts';
import { type Ground, groundsFor, isUnknownTo } from './rights.ts';

type Asked = Pick<Ruling, 'inputs' | 'request'>;

/** A policy that nobody read may say anything; of a value that nobody recorded it is known what the policies ask. */
export function leftOpen(asked: readonly Asked[]): string {
  const missing = missingFor(asked);
  const open = asked.find(({ inputs, request }) => decide(inputs, request).missing);
  const isOfRequest = missing.every(({ kind }) => kind === 'condition key');
  const found = open && isOfRequest ? firstOpen(open) : undefined;
  if (!found) return `What would let it through cannot be said: it ${dependsOn(asked)}.`;
  const { ground, facts } = found;
  const why = [...new Set(missing.map((each) => each.why))].join('; ');
  const keys = [...new Set(facts.map(({ key }) => key))];
  const by = originText(ground.by);
  const otherwise =
    typeof ground.by === 'object' && 'grantId' in ground.by
      ? 'another statement or grant is needed'
      : 'that statement has to allow it, too';
  return `It depends on ${keys.join(' and ')}, which is not known (${why}). Either make the call so that ${allInWords(facts)}: ${by}, allows that as it is. Or, where it was meant otherwise, ${otherwise}; how, tried with the value put in: ${question(open!.request, keys)}`;
}

/** The first way in which it would be allowed that depends on what is not known alone. */
function firstOpen({ inputs, request }: Asked): { ground: Ground; facts: ConditionFact[] } | undefined {
  const isUnknown = (key: string) => isUnknownTo(request.condition, key);
  for (const ground of groundsFor(inputs, request, isUnknown)) {
    const facts = ground.where.filter(({ key }) => isUnknown(key.toLowerCase()));
    if (facts.length > 0 && ground.unless.length === 0 && ground.by !== 'root') return { ground, facts };
  }
  return undefined;
}

function question(request: AccessRequest, keys: readonly string[]): string {
  const { principal, action, resource } = request;
  const [name = ''] = granteeNames(principal);
  const who = principal.kind === 'role-session' ? principal.roleArn : name;
  const { condition } = unknownAsAbsent(request);
  const [service] = condition('kms:viaservice')?.[0]?.split('.') ?? [];
  const through = service ? ` --through ${service}` : '';
  const context = keys.map((key) => ` --context ${key}=VALUE`).join('');
  return `latchkey can ${who} ${action} ${resource}${through}${context} --from DIR`;
}
