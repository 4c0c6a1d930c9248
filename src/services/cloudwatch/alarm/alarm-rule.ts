/**
 * The rule of a composite alarm: `ALARM("a") AND NOT (OK(b) OR INSUFFICIENT_DATA(c))`
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { invalid } from '../errors.ts';
import { nameOfAlarmArn } from './alarm-name.ts';
import type { StateValue } from './alarm-state.ts';

export type AlarmRule =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'state'; readonly state: StateValue; readonly alarm: string }
  | { readonly kind: 'not'; readonly of: AlarmRule }
  | { readonly kind: 'and' | 'or'; readonly of: readonly AlarmRule[] };

/** What stands in brackets may begin and end with blanks, which nothing but one part of the pattern takes: time is linear. */
const TOKEN =
  /\s*(?:(ALARM|OK|INSUFFICIENT_DATA)\s*\(([^")]*(?:"[^"]*"[^")]*)?)\)|(AND|OR|NOT|TRUE|FALSE)\b|([()]))/y;
const MAX_DEPTH = 100;
const MAX_ALARMS = 100;

interface Token {
  readonly text: string;
  readonly state?: StateValue;
  readonly alarm?: string;
}

/** Throws AWS's error for a rule that is none. */
export function parseAlarmRule(rule: string): AlarmRule {
  const tokens = tokensOf(rule);
  let at = 0;
  const next = () => tokens[at]?.text;
  const parseMany = (word: 'AND' | 'OR', parse: (depth: number) => AlarmRule) => (depth: number) => {
    const of = [parse(depth)];
    while (next() === word) {
      at++;
      of.push(parse(depth));
    }
    return of.length === 1 ? (of[0] as AlarmRule) : ({ kind: word === 'AND' ? 'and' : 'or', of } as const);
  };
  const parseOne = (depth: number): AlarmRule => {
    if (depth > MAX_DEPTH) throw malformed(rule);
    const token = tokens[at++];
    if (token?.state && token.alarm) return { kind: 'state', state: token.state, alarm: token.alarm };
    if (token?.text === 'TRUE' || token?.text === 'FALSE') {
      return { kind: 'constant', value: token.text === 'TRUE' };
    }
    if (token?.text === 'NOT') return { kind: 'not', of: parseOne(depth + 1) };
    if (token?.text !== '(') throw malformed(rule);
    const inner = parseAll(depth + 1);
    if (tokens[at++]?.text !== ')') throw malformed(rule);
    return inner;
  };
  const parseAll = parseMany('OR', parseMany('AND', parseOne));
  const parsed = parseAll(0);
  if (at < tokens.length) throw malformed(rule);
  if (alarmsIn(parsed).size > MAX_ALARMS)
    throw invalid(`AlarmRule may refer to ${MAX_ALARMS} alarms at most.`);
  return parsed;
}

function tokensOf(rule: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < rule.trimEnd().length) {
    const found = TOKEN.exec(rule);
    if (!found) throw malformed(rule);
    const [, state, quoted = '', word, bracket] = found;
    if (!state) tokens.push({ text: (word ?? bracket) as string });
    else tokens.push({ text: state, state: state as StateValue, alarm: alarmNamed(quoted, rule) });
  }
  return tokens;
}

function alarmNamed(text: string, rule: string): string {
  const [, quoted, plain] = /^(?:"([^"]+)"|([^"]+))$/.exec(text.trim()) ?? [];
  const name = quoted ?? plain;
  if (!name) throw malformed(rule);
  return nameOfAlarmArn(name) ?? name;
}

const malformed = (rule: string) => invalid(`AlarmRule is not valid: ${rule.slice(0, 200)}`);

/** A rule as it is held against the states of alarms. */
export interface Rule {
  readonly rule: AlarmRule;
  /** Of the alarms in it. */
  readonly names: ReadonlySet<string>;
}

/** Undefined for a text that is none: of an account that was read, a rule may have what is not served. */
export function ruleOf(text: string): Rule | undefined {
  try {
    const rule = parseAlarmRule(text);
    return { rule, names: alarmsIn(rule) };
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

export function alarmsIn(rule: AlarmRule): ReadonlySet<string> {
  if (rule.kind === 'state') return new Set([rule.alarm]);
  if (rule.kind === 'constant') return new Set();
  const inner = rule.kind === 'not' ? [rule.of] : rule.of;
  return new Set(inner.flatMap((each) => [...alarmsIn(each)]));
}

/** Whether the rule holds, the states of its alarms being these. */
export function holds(rule: AlarmRule, stateOf: (alarm: string) => StateValue | undefined): boolean {
  switch (rule.kind) {
    case 'constant':
      return rule.value;
    case 'state':
      return stateOf(rule.alarm) === rule.state;
    case 'not':
      return !holds(rule.of, stateOf);
    case 'and':
      return rule.of.every((each) => holds(each, stateOf));
    case 'or':
      return rule.of.some((each) => holds(each, stateOf));
  }
}
