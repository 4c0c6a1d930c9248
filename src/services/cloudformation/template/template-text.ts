/**
 * Template text, JSON or YAML, as a value
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html). YAML is read here, not by
 * the library's schemas, for CloudFormation has rules of its own: short forms are functions, `2010-09-09` is text,
 * and numbers that would lose their spelling (account ids with leading zeros) stay text.
 */
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar } from 'yaml';
import { validationError } from '../cloudformation.ts';
import type { Json } from './json.ts';

export function readTemplateText(body: string): Json {
  const value = body.trimStart().startsWith('{') ? readJson(body) : readYaml(body);
  requireNoNulls(value, '');
  return value as Json;
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    const offset = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? body.length);
    const before = body.slice(0, offset).split('\n');
    throw notWellFormed('JSON', before.length, (before.at(-1) as string).length + 1);
  }
}

function readYaml(body: string): unknown {
  const lineCounter = new LineCounter();
  // Scalars come as text, and tags that the schema does not know are only warned about.
  const document = parseDocument(body, {
    schema: 'failsafe',
    uniqueKeys: false,
    lineCounter,
    logLevel: 'silent',
  });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    throw notWellFormed('YAML', line, col);
  }
  return document.contents === null ? null : nodeValue(document.contents as Node);
}

function nodeValue(node: Node): unknown {
  const plain = plainValue(node);
  const { tag } = node;
  return tag?.startsWith('!') && tag.length > 1 ? longForm(tag.slice(1), plain) : plain;
}

function plainValue(node: Node): unknown {
  if (isScalar(node)) return scalarValue(node);
  if (isSeq(node)) return node.items.map((item) => nodeValue(item as Node));
  if (isMap(node)) {
    return Object.fromEntries(
      node.items.map(({ key, value }) => [
        String((key as Scalar).value),
        value === null ? null : nodeValue(value as Node),
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

function requireNoNulls(value: unknown, path: string): void {
  if (value === null) {
    throw validationError(
      path === ''
        ? 'Template format error: unsupported structure.'
        : `[${path}] 'null' values are not allowed in templates`,
    );
  }
  if (typeof value !== 'object') return;
  for (const [name, inner] of Object.entries(value)) requireNoNulls(inner, `${path}/${name}`);
}

function notWellFormed(language: string, line: number, column: number) {
  return validationError(
    `Template format error: ${language} not well-formed. (line ${line}, column ${column})`,
  );
}
