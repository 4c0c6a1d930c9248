/** On which conditions something is allowed, in plain English. */
import type { Ruling } from '../../invoke/authorize.ts';
import { decide } from '../../policy/evaluate.ts';
import type { Missing } from '../../policy/policy.ts';
import { allInWords } from '../words/condition-words.ts';
import { type Ground, groundsFor, isUnknownTo } from './rights.ts';

/** `where aws:SourceIp is within 10.0.0.0/8, unless …; or where …` */
export function groundsInWords(grounds: readonly Ground[]): string {
  const each = grounds.map(({ where, unless, provided = [] }) => {
    const must = where.length > 0 ? `where ${allInWords(where)}` : '';
    const mustNot = unless.map((conditions) => `unless ${allInWords(conditions)}`).join(' and ');
    return [must, mustNot, unreadText(provided)].filter(Boolean).join(', ');
  });
  return each.join('; or ');
}

/** What has to allow it too, and could not be read. */
export function unreadText(provided: readonly Missing[]): string {
  const names = [...new Set(provided.map(({ name }) => name))];
  const isOne = names.length === 1 && !/\b(?:policies|grants) /.test(names[0] ?? '');
  return names.length > 0
    ? `only if ${names.join(' and ')}, which ${isOne ? 'was' : 'were'} not read, ${isOne ? 'allows' : 'allow'} it`
    : '';
}

type Asked = Pick<Ruling, 'inputs' | 'request'>;

/** What decisions depend on, and nobody knows. */
export function missingFor(asked: readonly Asked[]): readonly Missing[] {
  const missing = asked.flatMap(({ inputs, request }) => decide(inputs, request).missing ?? []);
  return [...new Map(missing.map((each) => [each.name, each])).values()];
}

/** `depends on aws:SourceIp (CloudTrail does not record it): kms:Decrypt is allowed where aws:SourceIp is within 10.0.0.0/8` */
export function dependsOn(asked: readonly Asked[]): string {
  const on = missingFor(asked).map(({ name, why }) => `${name} (${why})`);
  const where = asked.flatMap(({ inputs, request }) => {
    if (!decide(inputs, request).missing) return [];
    const grounds = groundsFor(inputs, request, (key) => isUnknownTo(request.condition, key));
    return grounds.length > 0 ? [`${request.action} is allowed ${groundsInWords(grounds)}`] : [];
  });
  const all = [...new Set(where)].join('; and ');
  return `depends on ${on.join(' and on ')}${all && `: ${all}`}`;
}
