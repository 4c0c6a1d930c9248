/**
 * Filters on the properties of events that are JSON: `{ ($.detail.result = "failed") && ($.region = us-*) }`
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html).
 */
import { parseBoundedJson } from '../../../aws/bounded-json.ts';
import { parseJsonPath } from '../../../aws/json-path.ts';
import { compileGlob } from '../../../policy/glob.ts';
import { ANY, type GlobPart } from '../../../policy/template.ts';
import { type Filter, invalidPattern } from './filter.ts';

type Test = (event: unknown) => boolean;

const TOKEN =
  /\s*(?:(\$(?:\.[\w:-]+|\[\d+\]|\["[^"]*"\]|\['[^']*'\])+)|(&&|\|\||!=|<=|>=|[(){}=<>])|"((?:[^"\\]|\\.)*)"|([^\s(){}=<>&|!"]+))/y;

interface Token {
  readonly kind: 'selector' | 'sign' | 'quoted' | 'word' | 'end';
  readonly text: string;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    const found = TOKEN.exec(text);
    if (!found) throw invalidPattern();
    const [, selector, sign, quoted, word] = found;
    if (selector !== undefined) tokens.push({ kind: 'selector', text: selector });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.replace(/\\(.)/g, '$1') });
    else tokens.push({ kind: 'word', text: word as string });
  }
  return tokens;
}

export function parseJsonFilter(text: string): Filter {
  const test = new Parser(tokensOf(text)).filter();
  return (message) => {
    const event = parsedJson(message);
    return event !== undefined && test(event);
  };
}

function parsedJson(message: string): unknown {
  try {
    return parseBoundedJson(message);
  } catch {
    return undefined;
  }
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  filter(): Test {
    this.#expect('{');
    const test = this.#any();
    this.#expect('}');
    if (this.#next().kind !== 'end') throw invalidPattern();
    return test;
  }

  #any(): Test {
    const tests = [this.#all()];
    while (this.#skip('||')) tests.push(this.#all());
    return (event) => tests.some((test) => test(event));
  }

  #all(): Test {
    const tests = [this.#one()];
    while (this.#skip('&&')) tests.push(this.#one());
    return (event) => tests.every((test) => test(event));
  }

  #one(): Test {
    if (this.#skip('(')) {
      const test = this.#any();
      this.#expect(')');
      return test;
    }
    const { kind, text } = this.#next();
    if (kind !== 'selector') throw invalidPattern();
    const select = parseJsonPath(text);
    if (!select) throw invalidPattern();
    const test = this.#comparison();
    return (event) => test(select(event));
  }

  #comparison(): Test {
    const { kind, text } = this.#next();
    if (kind === 'word') return stateTest(text, this.#next().text);
    const compare = Object.hasOwn(COMPARISONS, text) ? COMPARISONS[text] : undefined;
    const operand = this.#next();
    if (kind !== 'sign' || !compare || operand.kind === 'sign' || operand.kind === 'end') {
      throw invalidPattern();
    }
    const isNumber = operand.kind === 'word' && Number.isFinite(Number(operand.text));
    if (isNumber) {
      const number = Number(operand.text);
      return (value) => typeof value === 'number' && compare(Math.sign(value - number));
    }
    if (text !== '=' && text !== '!=') throw invalidPattern();
    const matches = compileGlob(globParts(operand.text));
    return (value) => isScalar(value) && compare(matches(String(value)) ? 0 : 1);
  }

  #next(): Token {
    return this.#tokens[this.#at++] ?? { kind: 'end', text: '' };
  }

  #skip(sign: string): boolean {
    const { kind, text } = this.#tokens[this.#at] ?? { kind: 'end' };
    if (kind !== 'sign' || text !== sign) return false;
    this.#at++;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#skip(sign)) throw invalidPattern();
  }
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

const STATES: Readonly<Record<string, Test>> = {
  'IS NULL': (value) => value === null,
  'IS TRUE': (value) => value === true,
  'IS FALSE': (value) => value === false,
  'NOT EXISTS': (value) => value === undefined,
};

function stateTest(verb: string, state: string): Test {
  const test = STATES[`${verb} ${state}`.toUpperCase()];
  if (!test) throw invalidPattern();
  return test;
}

const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);

function globParts(text: string): GlobPart[] {
  return text.split(/(\*)/).map((part) => (part === '*' ? ANY : part));
}
