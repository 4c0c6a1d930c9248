/** Conditions of policies in plain English. */
import type { Condition } from '../../policy/policy.ts';

/** A condition as answers carry it. */
export interface ConditionFact {
  /** As written: `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  readonly key: string;
  readonly expected: readonly string[];
}

export function conditionFact({ operator, set, ifExists, key, values }: Condition): ConditionFact {
  return {
    operator: `${set ? `${set}:` : ''}${operator}${ifExists ? 'IfExists' : ''}`,
    key,
    expected: values,
  };
}

const PHRASES: Readonly<Record<string, string>> = {
  StringEquals: 'is',
  StringNotEquals: 'is not',
  StringEqualsIgnoreCase: 'is, ignoring case,',
  StringNotEqualsIgnoreCase: 'is not, ignoring case,',
  StringLike: 'matches',
  StringNotLike: 'does not match',
  NumericEquals: 'equals',
  NumericNotEquals: 'does not equal',
  NumericLessThan: 'is less than',
  NumericLessThanEquals: 'is at most',
  NumericGreaterThan: 'is greater than',
  NumericGreaterThanEquals: 'is at least',
  DateEquals: 'is',
  DateNotEquals: 'is not',
  DateLessThan: 'is before',
  DateLessThanEquals: 'is no later than',
  DateGreaterThan: 'is after',
  DateGreaterThanEquals: 'is no earlier than',
  Bool: 'is',
  BinaryEquals: 'is',
  IpAddress: 'is within',
  NotIpAddress: 'is outside',
  ArnEquals: 'matches',
  ArnLike: 'matches',
  ArnNotEquals: 'does not match',
  ArnNotLike: 'does not match',
};

/** `aws:SourceIp is within 10.0.0.0/8`, `every value of aws:TagKeys, if it has any, is "a" or "b"`. */
export function conditionInWords(fact: ConditionFact): string {
  const { operator, key } = fact;
  const parsed = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(operator) ?? [];
  const [, set, name = operator, ifExists] = parsed;
  // A negated operator is true when the key is absent as well.
  const isTrueWhenAbsent = ifExists || (name.includes('Not') && set === undefined);
  return `${demandInWords(fact)}${isTrueWhenAbsent ? `, or ${key} is absent` : ''}`;
}

/** The same of a key that is there. */
export function demandInWords({ operator, key, expected }: ConditionFact): string {
  const [, set, name = operator] =
    /^(?:(ForAllValues|ForAnyValue):)?(.*?)(?:IfExists)?$/.exec(operator) ?? [];
  if (name === 'Null') {
    return expected.some((value) => value.toLowerCase() === 'true')
      ? `${key} is absent`
      : `${key} is present`;
  }
  const wanted = expected
    .map((value) => (PLAIN.test(value) ? value : `"${value}"`))
    .join(name === 'NotIpAddress' ? ' and ' : name.includes('Not') ? ' nor ' : ' or ');
  const phrase = `${PHRASES[name] ?? name} ${wanted || 'nothing at all'}`;
  if (set === 'ForAllValues') return `every value of ${key}, if it has any, ${phrase}`;
  const subject = set === 'ForAnyValue' ? `some value of ${key}` : key;
  return `${subject} ${phrase}`;
}

/** What needs no quotation marks. */
const PLAIN = /^(?:true|false|[\d.:TZ+-]+(?:\/\d+)?|[0-9a-f:]+\/\d+)$/i;

export const allInWords = (conditions: readonly ConditionFact[]): string =>
  conditions.map(conditionInWords).join(' and ');
