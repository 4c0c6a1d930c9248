/** Prints the answer of what-if. */
import { resourceName } from './names.ts';
import type { ChangedUse, WhatIf } from './what-if.ts';

export function renderWhatIf(answer: WhatIf): string {
  const { key, alias, judged, since, denied, allowed, leavesAccountOut } = answer;
  const sections = [`If this were the policy of ${resourceName(key)}${alias ? ` (${alias})` : ''}`];
  if (denied.length > 0) sections.push(`Would be denied\n${uses(denied)}`);
  if (allowed.length > 0) sections.push(`Would be allowed, and was denied\n${uses(allowed)}`);
  if (leavesAccountOut) {
    sections.push(
      'Take care\n' +
        "  The root user of the key's account could not change this policy any more, nor could anyone by IAM alone:\n" +
        '  only those whom the policy itself names.',
    );
  }
  sections.push(judged === 0 ? NOTHING_JUDGED : basis(answer, judged, since));
  return sections.join('\n\n');
}

const NOTHING_JUDGED =
  'Nobody has used the key here yet, so nothing can be told. Run what depends on it against this server first.';

function basis({ denied, allowed }: WhatIf, judged: number, since: string | undefined): string {
  const changed = [...denied, ...allowed].reduce((sum, { count }) => sum + count, 0);
  const other = changed === 0 ? 'none' : changed === judged ? 'all' : String(changed);
  const rest = changed > 0 && changed < judged ? ' The rest is decided as it was.' : '';
  if (judged === 1) {
    return `The one recorded use of the key, at ${since}, was decided again, ${changed === 0 ? 'and not' : 'and'} otherwise.`;
  }
  return `The ${judged} recorded uses of the key since ${since} were decided again, ${other} of them otherwise.${rest}`;
}

function uses(changed: readonly ChangedUse[]): string {
  const byWho = Map.groupBy(changed, ({ who }) => who);
  return [...byWho].flatMap(([who, theirs]) => [`  ${who}`, ...theirs.map(useLines)]).join('\n');
}

function useLines({ action, invokedBy, inCourseOf, reason, count, event }: ChangedUse): string {
  const way = invokedBy ? `, asked by ${invokedBy}${inCourseOf ? ` for ${inCourseOf}` : ''}` : '';
  const times = count === 1 ? `at ${event.eventTime}` : `${count} times, last at ${event.eventTime}`;
  const lines = [`    ${action}${way}: ${times} (event ${event.eventID})`];
  if (reason) lines.push(`      ${reason}`);
  return lines.join('\n');
}
