/** Statements that match no request, whoever makes it: what they were written for is not so. */
import type { Policy, Statement } from '../../policy/policy.ts';
import { speaksOfAction } from '../../policy/resources.ts';
import { conditionFact } from '../words/condition-words.ts';
import { noneMeets, type Unmeetable } from './possible-values.ts';
import { isLike } from './wanted-value.ts';

export interface IdleStatement {
  readonly index: number;
  readonly sid?: string;
  /** `Statement 2 allows nothing: its Resource is …` */
  readonly what: string;
  readonly fix: string;
}

/** `keyArn`: of a key policy, its key. */
export function idleStatements({ statements }: Policy, keyArn?: string): IdleStatement[] {
  return statements.flatMap((statement) => {
    const { index, sid, effect, conditions } = statement;
    const ofResource = keyArn === undefined ? ofAliases(statement) : ofOtherKeys(statement, keyArn);
    const reason = ofResource ?? noneMeets(conditions.map(conditionFact));
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

const quoted = (patterns: readonly string[]): string => patterns.map((pattern) => `"${pattern}"`).join(', ');

function ofOtherKeys({ resources }: Statement, keyArn: string): Unmeetable | undefined {
  if (!resources || resources.not || resources.patterns.some((pattern) => isLike(pattern, keyArn)))
    return undefined;
  return {
    why: `its Resource is ${quoted(resources.patterns) || 'missing'}, and a key policy is about its own key alone`,
    fix: 'Write "Resource": "*".',
  };
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html */
const ALIAS_ACTIONS = ['kms:CreateAlias', 'kms:UpdateAlias', 'kms:DeleteAlias'];
const ALIAS = /^arn:[^:]*:kms:[^:]*:[^:]*:alias\//;

function ofAliases(statement: Statement): Unmeetable | undefined {
  const { not = true, patterns = [] } = statement.resources ?? {};
  const isOfAliasesAlone = !not && patterns.length > 0 && patterns.every((pattern) => ALIAS.test(pattern));
  if (!isOfAliasesAlone || ALIAS_ACTIONS.some((action) => speaksOfAction(statement, action)))
    return undefined;
  return {
    why: `its Resource is ${quoted(patterns)}, and of a call on a key the resource is the key, whatever name it is called by`,
    fix: 'Name the key by its ARN, or write "Resource": "*" under a condition on kms:RequestAlias or kms:ResourceAliases.',
  };
}
