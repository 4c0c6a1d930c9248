/**
 * Template text, JSON or YAML, as a value
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html). YAML is read here, not by
 * the library's schemas, for CloudFormation has rules of its own: short forms are functions, `2010-09-09` is text,
 * and numbers that would lose their spelling (account ids with leading zeros) stay text.
 */
import {
  Composer,
  type CST,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  type Scalar,
} from 'yaml';
import { AwsError } from '../../../aws/aws-error.ts';
import { validationError } from '../cloudformation.ts';
import type { Json } from './json.ts';
import { indentContinuations } from './yaml-indentation.ts';

export const isJson = (body: string) => body.trimStart().startsWith('{');

/** What comes of reading a text; a thread may have read it. */
export type TextRead = { readonly value: Json } | { readonly refusal: string };

export function textRead(body: string): TextRead {
  try {
    return { value: readTemplateText(body) };
  } catch (error) {
    if (error instanceof AwsError) return { refusal: error.message };
    throw error;
  }
}

function readTemplateText(body: string): Json {
  const value = isJson(body) ? readJson(body) : readYaml(body);
  requireShallow(value);
  if (value === null) throw validationError('Template format error: unsupported structure.');
  const nowhere = pathOfNull(value);
  if (nowhere !== undefined) throw validationError(`[${nowhere}] 'null' values are not allowed in templates`);
  return value as Json;
}

/** Deeper than anything that people or tools write; what goes through values calls itself for each level. */
const MAX_DEPTH = 150;

const tooDeep = () =>
  validationError(
    `Template format error: unsupported structure. Values are nested more than ${MAX_DEPTH} levels deep.`,
  );

function requireShallow(value: unknown): void {
  let level = isNested(value) ? [value] : [];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === MAX_DEPTH && level.some((each) => Object.keys(each).length > 0)) throw tooDeep();
    level = level.flatMap((each) => Object.values(each).filter(isNested));
  }
}

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;

function readJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    // AWS's reader has taken the character that does not fit when it stops.
    const offset = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? body.length) + 1;
    const before = body.slice(0, offset).split('\n');
    throw notWellFormed('JSON', before.length, (before.at(-1) as string).length + 1);
  }
}

function readYaml(body: string): unknown {
  const lineCounter = new LineCounter();
  const strict = parse(body, lineCounter);
  const [error] = strict.errors;
  const document = error ? parse(indentContinuations(body)) : strict;
  if (error && document.errors.length > 0) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    throw notWellFormed('YAML', line, col);
  }
  return document.contents === null ? null : nodeValue(document.contents as Node, 0);
}

/** The first document. Scalars come as text, and tags that the schema does not know are only warned about. */
function parse(body: string, lineCounter = new LineCounter()) {
  const options = { schema: 'failsafe', uniqueKeys: false, logLevel: 'silent', prettyErrors: false } as const;
  const parser = new Parser(lineCounter.addNewLine);
  lineCounter.addNewLine(0);
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(body)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    // One error is enough to refuse the text, and the library would make an object of each of tens of thousands.
    if (parser.stack.some(({ type }) => type === 'error') || tokens.at(-1)?.type === 'error') break;
    // Before the library goes down into it: what is nested without end would keep it busy without end.
    if (parser.stack.length > 4 * MAX_DEPTH) throw tooDeep();
  }
  tokens.push(...parser.end());
  const [document] = new Composer(options).compose(tokens, true, body.length);
  if (!document) throw notWellFormed('YAML', 1, 1);
  return document;
}

function nodeValue(node: Node, depth: number): unknown {
  const { tag } = node;
  const name = tag?.startsWith('!') ? tag.slice(1) : '';
  // An empty scalar is null; with a tag it is the empty text that the function gets (`!GetAZs`).
  if (name !== '' && isScalar(node) && node.type === 'PLAIN' && String(node.value ?? '') === '') {
    return longForm(name, '');
  }
  const plain = plainValue(node, depth);
  return name === '' ? plain : longForm(name, plain);
}

function plainValue(node: Node, depth: number): unknown {
  if (depth > MAX_DEPTH) return undefined;
  if (isScalar(node)) return scalarValue(node);
  if (isSeq(node)) return node.items.map((item) => nodeValue(item as Node, depth + 1));
  if (isMap(node)) {
    return Object.fromEntries(
      node.items.map(({ key, value }) => [
        String((key as Scalar).value),
        value === null ? null : nodeValue(value as Node, depth + 1),
      ]),
    );
  }
  throw validationError('Template error: YAML aliases are not allowed in CloudFormation templates');
}

const WORDS: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  null: null,
  '~': null,
  '': null,
};

function scalarValue(node: Scalar): unknown {
  const text = String(node.value ?? '');
  if (node.type !== 'PLAIN') return text;
  const word = text.toLowerCase();
  if (Object.hasOwn(WORDS, word)) return WORDS[word];
  return /^-?\d/.test(text) && String(Number(text)) === text ? Number(text) : text;
}

/** `!GetAtt A.B` is `Fn::GetAtt: [A, B]`, `!Ref A` is `Ref: A`, `!Condition C` is `Condition: C`, the others have `Fn::`. */
function longForm(name: string, value: unknown): unknown {
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  if (name !== 'GetAtt' || typeof value !== 'string') return { [`Fn::${name}`]: value };
  const dot = value.indexOf('.');
  return { 'Fn::GetAtt': dot < 0 ? [value] : [value.slice(0, dot), value.slice(dot + 1)] };
}

/** Of the first that there is, written only once it is found. */
function pathOfNull(value: unknown): string | undefined {
  if (value === null) return '';
  if (!isNested(value)) return undefined;
  let name = 0;
  for (const inner of Object.values(value)) {
    const rest = pathOfNull(inner);
    if (rest !== undefined) return `/${Object.keys(value)[name]}${rest}`;
    name++;
  }
  return undefined;
}

function notWellFormed(language: string, line: number, column: number) {
  return validationError(
    `Template format error: ${language} not well-formed. (line ${line}, column ${column})`,
  );
}
