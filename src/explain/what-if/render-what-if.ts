/** Prints the answer of what-if. */
import { resourceName } from '../words/names.ts';
import type { RightsDifference } from './rights-difference.ts';
import type { ChangedUse, WhatIf } from './what-if.ts';

export interface WhatIfOptions {
  /** Every principal by name. */
  readonly verbose?: boolean;
  /** Stands where the recorded decisions are told of, for whoever knows them otherwise. */
  readonly basis?: string;
}

export function renderWhatIf(answer: WhatIf, options: WhatIfOptions = {}): string {
  const { title, judged, since, unjudged, denied, allowed, leavesAccountOut, gained, lost, changed } = answer;
  const sections = [title];
  if (denied.length > 0) sections.push(`Would be denied\n${uses(denied)}`);
  if (allowed.length > 0) sections.push(`Would be allowed, but was denied\n${uses(allowed)}`);
  const isOneKey = answer.key !== undefined;
  if (lost.length > 0)
    sections.push(`Would lose rights, used or not\n${differences(lost, isOneKey, options)}`);
  if (gained.length > 0) sections.push(`Would gain rights\n${differences(gained, isOneKey, options)}`);
  if (changed.length > 0)
    sections.push(`Would keep rights under other conditions\n${differences(changed, isOneKey, options)}`);
  if (leavesAccountOut) {
    sections.push(
      'Take care\n' +
        "  The root user of the key's account could not change this policy any more, nor could anyone through IAM alone:\n" +
        '  only those whom the policy itself names. From everybody else KMS refuses it, unless they give\n' +
        '  --bypass-policy-lockout-safety-check.',
    );
  }
  sections.push(options.basis ?? (judged === 0 ? nothingJudged(isOneKey) : basis(answer, judged, since)));
  if (unjudged > 0) {
    const were = unjudged === 1 ? 'Another decision was' : `${unjudged} other decisions were`;
    sections.push(
      `${were} recorded without what it takes to decide again (calls that were allowed, about what has no policy of its own): whether the change would deny them is not said here.`,
    );
  }
  return sections.join('\n\n');
}

const nothingJudged = (isOneKey: boolean): string =>
  `Nobody has used ${isOneKey ? 'the key' : 'what it decides'} here yet, so nothing can be said about uses. Run what depends on it against this server first.`;

function basis({ denied, allowed, key }: WhatIf, judged: number, since: string | undefined): string {
  const changed = [...denied, ...allowed].reduce((sum, { count }) => sum + count, 0);
  const what =
    key === undefined
      ? ['recorded decision', 'recorded decisions']
      : ['recorded use of the key', 'recorded uses of the key'];
  if (judged === 1) {
    return `The one ${what[0]}, at ${since}, was decided again, and comes out ${changed === 0 ? 'the same' : 'differently'}.`;
  }
  return `The ${judged} ${what[1]} since ${since} were decided again: ${outcome(changed, judged)}.`;
}

function outcome(changed: number, judged: number): string {
  if (changed === 0) return 'all come out the same';
  if (changed === judged) return 'all come out differently';
  return `${changed} ${changed === 1 ? 'comes' : 'come'} out differently, the rest the same`;
}

function uses(changed: readonly ChangedUse[]): string {
  const byWho = Map.groupBy(changed, ({ who }) => who);
  return [...byWho].flatMap(([who, theirs]) => [`  ${who}`, ...theirs.map(useLines)]).join('\n');
}

function useLines({ action, invokedBy, inCourseOf, reason, decidedBy, count, event }: ChangedUse): string {
  const way = invokedBy ? `, asked by ${invokedBy}${inCourseOf ? ` for ${inCourseOf}` : ''}` : '';
  const times = count === 1 ? `at ${event.eventTime}` : `${count} times, last at ${event.eventTime}`;
  const lines = [`    ${action}${way}: ${times} (event ${event.eventID})`];
  if (reason) lines.push(`      ${reason}`);
  if (decidedBy && decidedBy !== reason)
    lines.push(`      ${reason ? decidedBy : `allowed by ${decidedBy}`}`);
  return lines.join('\n');
}

/** So many are named; more are counted. */
const MAX_NAMED = 4;

/** Principals with the same difference are told together. */
function differences(
  all: readonly RightsDifference[],
  isOneKey: boolean,
  { verbose }: WhatIfOptions,
): string {
  const byWho = Map.groupBy(all, ({ principal }) => principal);
  const groups = Map.groupBy(byWho.values(), (theirs) =>
    theirs.map((each) => differenceLine(each, isOneKey)).join('\n'),
  );
  return [...groups]
    .map(([lines, whose]) => {
      const names = whose.map(([first]) => first?.who ?? '');
      const shown =
        verbose || names.length <= MAX_NAMED
          ? names.join(', ')
          : `${names.length} principals: ${names.slice(0, MAX_NAMED - 1).join(', ')} and ${names.length - MAX_NAMED + 1} more`;
      return `  ${shown}\n${lines}`;
    })
    .join('\n');
}

function differenceLine({ key, alias, way, actions }: RightsDifference, isOneKey: boolean): string {
  const names = actions.map((action) => action.replace(/^kms:/, '')).join(', ');
  const on = isOneKey ? '' : `${resourceName(key)}${alias ? ` (${alias})` : ''}, `;
  return `    ${on}${way}: ${names}`;
}
