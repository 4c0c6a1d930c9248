/**
 * Filters on the properties of events that are JSON: `{ ($.detail.result = "failed") && ($.region = us-*) }`
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html).
 */
import { parseBoundedJson } from '../../../aws/bounded-json.ts';
import { parseJsonPath } from '../../../aws/json-path.ts';
import { parseComparison, parseExpression, type Test, Tokens } from './expression.ts';
import { type Filter, invalidPattern } from './filter.ts';

const TOKEN =
  /\s*(?:(?<selector>\$(?:\.[\w:-]+|\[\d+\]|\["[^"]*"\]|\['[^']*'\])+)|(?<sign>&&|\|\||!=|<=|>=|[(){}=<>])|"(?<quoted>(?:[^"\\]|\\.)*)"|(?<word>[^\s(){}=<>&|!"]+))/;

export function parseJsonFilter(text: string): Filter {
  const tokens = new Tokens(text, TOKEN);
  tokens.expect('{');
  const test = parseExpression(tokens, () => parseCondition(tokens));
  tokens.expect('}');
  tokens.expectEnd();
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

function parseCondition(tokens: Tokens): Test<unknown> {
  const { kind, text } = tokens.next();
  const select = kind === 'selector' ? parseJsonPath(text) : undefined;
  if (!select) throw invalidPattern();
  if (tokens.peek().kind === 'word') {
    const test = stateTest(tokens.next().text, tokens.next().text);
    return (event) => test(select(event));
  }
  const comparison = parseComparison(tokens);
  return (event) => {
    const value = select(event);
    if (comparison.number) return typeof value === 'number' && comparison.number(value);
    return isScalar(value) && comparison.text!(String(value));
  };
}

const STATES: Readonly<Record<string, Test<unknown>>> = {
  'IS NULL': (value) => value === null,
  'IS TRUE': (value) => value === true,
  'IS FALSE': (value) => value === false,
  'NOT EXISTS': (value) => value === undefined,
};

function stateTest(verb: string, state: string): Test<unknown> {
  const test = STATES[`${verb} ${state}`.toUpperCase()];
  if (!test) throw invalidPattern();
  return test;
}

const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);
