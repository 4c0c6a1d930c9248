/** The specification's patterns: texts with wildcards and policy variables, one token a character. See naive-statement.ts. */
import type { AccessRequest } from '../../../src/policy/decision.ts';
import type { Policy } from '../../../src/policy/policy.ts';

/** A character of a pattern: itself, or any one character, or any run of them. */
export type Token = { readonly char: string; readonly fromVariable?: true } | 'one' | 'run';

/** Keys that hold a list whatever the request carries. */
const LISTS = [
  'aws:calledvia',
  'aws:principalorgpaths',
  'aws:principalservicenameslist',
  'aws:resourceorgpaths',
  'aws:sourceorgpaths',
  'aws:tagkeys',
  'kms:encryptioncontextkeys',
  'kms:grantoperations',
  'kms:resourcealiases',
];

export function isList(key: string, values: readonly string[]): boolean {
  return values.length !== 1 || LISTS.includes(key.toLowerCase());
}

export function wildcardTokens(text: string): Token[] {
  return text.split('').map((char) => (char === '*' ? 'run' : char === '?' ? 'one' : { char }));
}

function literalTokens(text: string): Token[] {
  return text.split('').map((char) => ({ char }));
}

/** The pattern with its variables filled in; undefined where one of them has no value. */
export function templateTokens(
  text: string,
  policy: Policy,
  request: AccessRequest,
  wildcards: boolean,
): Token[] | undefined {
  const plain = wildcards ? wildcardTokens : literalTokens;
  const start = policy.version === '2012-10-17' ? text.indexOf('${') : -1;
  if (start < 0) return plain(text);
  const end = text.indexOf('}', start);
  const value = end < 0 ? undefined : variableValue(text.slice(start + 2, end), request);
  const rest = templateTokens(text.slice(end + 1), policy, request, wildcards);
  if (value === undefined || rest === undefined) return undefined;
  const filled = literalTokens(value).map((token) => ({
    ...(token as { char: string }),
    fromVariable: true as const,
  }));
  return [...plain(text.slice(0, start)), ...filled, ...rest];
}

function variableValue(body: string, request: AccessRequest): string | undefined {
  if (['*', '?', '$'].includes(body)) return body;
  const [key = '', ...rest] = body.split(',');
  const values = request.condition(key.trim().toLowerCase());
  if (values === undefined) return rest.length > 0 ? rest.join(',').trim().slice(1, -1) : undefined;
  return isList(key.trim(), values) ? undefined : values[0];
}

/** By dynamic programming: reachable[i] says whether the tokens so far can have consumed i characters. */
export function matchesTokens(tokens: readonly Token[], text: string): boolean {
  let reachable = Array.from({ length: text.length + 1 }, (_, i) => i === 0);
  for (const token of tokens) {
    const next: boolean[] = [];
    for (let i = 0; i <= text.length; i++) {
      if (token === 'run') next[i] = reachable[i] === true || (i > 0 && next[i - 1] === true);
      else next[i] = i > 0 && reachable[i - 1] === true && (token === 'one' || token.char === text[i - 1]);
    }
    reachable = next;
  }
  return reachable[text.length] === true;
}

/** The six fields of an ARN pattern; fewer where it has fewer colons. */
export function splitTokens(tokens: readonly Token[]): Token[][] {
  const fields: Token[][] = [[]];
  for (const token of tokens) {
    // A colon in a variable's value does not move the fields.
    const isColon = typeof token === 'object' && token.char === ':' && !token.fromVariable;
    if (isColon && fields.length < 6) fields.push([]);
    else fields.at(-1)?.push(token);
  }
  return fields;
}

export function arnFields(text: string): string[] | undefined {
  const [first, ...rest] = text.split(':');
  if (first !== 'arn' || rest.length < 5) return undefined;
  return [first, ...rest.slice(0, 4), rest.slice(4).join(':')];
}

export function matchesArnFields(pattern: readonly Token[][], text: string): boolean {
  const fields = arnFields(text);
  if (fields === undefined || pattern.length < 6) return false;
  return pattern.every((tokens, i) => matchesTokens(tokens, fields[i] ?? ''));
}
