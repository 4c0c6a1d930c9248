/** On which conditions something is allowed, in plain English. */
import { allInWords } from './condition-words.ts';
import { unreadText } from './render-who-can.ts';
import type { Ground } from './rights.ts';

/** `where aws:SourceIp is within 10.0.0.0/8, unless …; or where …` */
export function groundsInWords(grounds: readonly Ground[]): string {
  const each = grounds.map(({ where, unless, provided = [] }) => {
    const must = where.length > 0 ? `where ${allInWords(where)}` : '';
    const mustNot = unless.map((conditions) => `unless ${allInWords(conditions)}`).join(' and ');
    return [must, mustNot, unreadText(provided)].filter(Boolean).join(', ');
  });
  return each.join('; or ');
}
