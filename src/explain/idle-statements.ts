/** Statements of a key policy that match no request, whoever makes it: what they were written for is not so. */
import type { Statement } from '../policy/policy.ts';
import type { KeyFacts } from '../services/kms/index.ts';
import { conditionFact } from './condition-words.ts';
import { noneMeets, type Unmeetable } from './possible-values.ts';
import { isLike } from './remedies/wanted-value.ts';

export interface IdleStatement {
  readonly index: number;
  readonly sid?: string;
  /** `Statement 2 allows nothing: its Resource is …` */
  readonly what: string;
  readonly fix: string;
}

export function idleStatements(key: KeyFacts): IdleStatement[] {
  return key.policy.policy.statements.flatMap((statement) => {
    const { index, sid, effect, conditions } = statement;
    const reason = ofResource(statement, key) ?? noneMeets(conditions.map(conditionFact));
    if (!reason) return [];
    const means = effect === 'Deny' ? 'denies' : 'allows';
    return [
      {
        index,
        ...(sid === undefined ? {} : { sid }),
        what: `Statement ${index + 1} ${means} nothing: ${reason.why}.`,
        fix: reason.fix,
      },
    ];
  });
}

function ofResource({ resources }: Statement, { arn }: KeyFacts): Unmeetable | undefined {
  if (!resources || resources.not || resources.patterns.some((pattern) => isLike(pattern, arn)))
    return undefined;
  const named = resources.patterns.map((pattern) => `"${pattern}"`).join(', ');
  return {
    why: `its Resource is ${named || 'missing'}, and a key policy is about its own key alone`,
    fix: 'Write "Resource": "*".',
  };
}
