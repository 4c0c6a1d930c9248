/** Conditions joined by && and ||, in parentheses or not: what filters on properties and filters on fields share. */
import { compileGlob } from '../../../policy/glob.ts';
import { ANY, type GlobPart } from '../../../policy/template.ts';
import { notServed } from '../errors.ts';
import { invalidPattern } from './filter.ts';

export type Test<Subject> = (subject: Subject) => boolean;

export interface Token {
  readonly kind: 'selector' | 'sign' | 'quoted' | 'word' | 'end';
  readonly text: string;
}

export class Tokens {
  readonly #tokens: readonly Token[];
  #at = 0;

  /** The pattern's groups are named after the kinds. */
  constructor(text: string, pattern: RegExp) {
    this.#tokens = [...tokensOf(text, new RegExp(pattern, 'y'))];
  }

  peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }

  next(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  skip(sign: string): boolean {
    const { kind, text } = this.peek();
    if (kind !== 'sign' || text !== sign) return false;
    this.#at++;
    return true;
  }

  expect(sign: string): void {
    if (!this.skip(sign)) throw invalidPattern();
  }

  expectEnd(): void {
    if (this.next().kind !== 'end') throw invalidPattern();
  }
}

function* tokensOf(text: string, pattern: RegExp): Generator<Token> {
  for (let at = 0; at < text.length; at = pattern.lastIndex) {
    const { groups } = pattern.exec(text) ?? {};
    if (!groups) throw invalidPattern();
    const { selector, sign, quoted, word } = groups;
    if (selector !== undefined) yield { kind: 'selector', text: selector };
    else if (sign !== undefined) yield { kind: 'sign', text: sign };
    else if (quoted !== undefined) yield { kind: 'quoted', text: quoted.replace(/\\(.)/g, '$1') };
    else yield { kind: 'word', text: word as string };
  }
}

/** `condition` reads one of them. */
export function parseExpression<Subject>(tokens: Tokens, condition: () => Test<Subject>): Test<Subject> {
  const one = (): Test<Subject> => {
    if (!tokens.skip('(')) return condition();
    const inner = any();
    tokens.expect(')');
    return inner;
  };
  const all = (): Test<Subject> => {
    const tests = [one()];
    while (tokens.skip('&&')) tests.push(one());
    return (subject) => tests.every((test) => test(subject));
  };
  const any = (): Test<Subject> => {
    const tests = [all()];
    while (tokens.skip('||')) tests.push(all());
    return (subject) => tests.some((test) => test(subject));
  };
  return any();
}

export interface Comparison {
  /** With a number: nothing compares to a value that is none. */
  readonly number?: Test<number>;
  /** With a text, in which `*` is a wildcard. */
  readonly text?: Test<string>;
}

export const isComparison = ({ kind, text }: Token): boolean =>
  kind === 'sign' && Object.hasOwn(COMPARISONS, text);

/** A sign, and what it compares with. */
export function parseComparison(tokens: Tokens): Comparison {
  const token = tokens.next();
  const operand = tokens.next();
  if (!isComparison(token) || operand.kind === 'sign' || operand.kind === 'end') throw invalidPattern();
  const sign = token.text;
  const compare = COMPARISONS[sign]!;
  if (operand.kind === 'word' && operand.text.startsWith('%')) {
    throw notServed('regular expressions in filter patterns');
  }
  const equals = compileGlob(globParts(operand.text));
  const text = sign === '=' ? equals : sign === '!=' ? (value: string) => !equals(value) : undefined;
  const number = operand.kind === 'word' ? Number(operand.text) : Number.NaN;
  if (Number.isFinite(number)) return { number: (value) => compare(Math.sign(value - number)), text };
  if (!text) throw invalidPattern();
  return { text };
}

/** By the sign of the difference. */
const COMPARISONS: Readonly<Record<string, (difference: number) => boolean>> = {
  '=': (difference) => difference === 0,
  '!=': (difference) => difference !== 0,
  '<': (difference) => difference < 0,
  '<=': (difference) => difference <= 0,
  '>': (difference) => difference > 0,
  '>=': (difference) => difference >= 0,
};

function globParts(text: string): GlobPart[] {
  return text.split(/(\*)/).map((part) => (part === '*' ? ANY : part));
}
