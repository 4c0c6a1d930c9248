/**
 * The first reading of a policy document: JSON to named fields, with types checked but nothing else. What a kind of
 * policy further demands is in dialects.ts.
 */
import type { JsonMember, JsonValue } from './json-reader.ts';

export interface RawPrincipals {
  readonly line: number;
  /** `"Principal": "*"`, which some kinds of policy take differently from `{"AWS": "*"}`. */
  readonly bareStar: boolean;
  readonly entries: readonly { readonly type: string; readonly values: readonly string[] }[];
}

export interface RawCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export interface RawStatement {
  readonly line: number;
  readonly sid?: string;
  readonly effect?: string;
  readonly principal?: RawPrincipals;
  readonly notPrincipal?: RawPrincipals;
  readonly action?: readonly string[];
  readonly notAction?: readonly string[];
  readonly resource?: readonly string[];
  readonly notResource?: readonly string[];
  readonly conditions: readonly RawCondition[];
}

export interface RawDocument {
  readonly version?: string;
  /** Undefined where the document has no Statement member. */
  readonly statements?: readonly RawStatement[];
}

/** A document that is refused, with AWS's sentence for it. */
export class MalformedPolicy extends Error {
  readonly line: number | undefined;
  constructor(message: string, line?: number) {
    super(message);
    this.line = line;
  }
}

type Fail = (line: number) => never;

/** Readers of a document's elements, which fail at the line of a member that is unknown or of the wrong type. */
function elementReaders(fail: Fail) {
  const string = (value: JsonValue): string => (value.kind === 'string' ? value.text : fail(value.line));

  const strings = (value: JsonValue): string[] =>
    value.kind === 'array' ? value.items.map(string) : [string(value)];

  /** Condition values may be bare numbers and booleans too. */
  const scalar = (value: JsonValue): string =>
    value.kind === 'string' || value.kind === 'number' || value.kind === 'boolean'
      ? value.text
      : fail(value.line);

  const members = (value: JsonValue): readonly JsonMember[] =>
    value.kind === 'object' ? value.members : fail(value.line);

  const principals = (value: JsonValue): RawPrincipals => {
    if (value.kind === 'string' && value.text === '*') {
      return { line: value.line, bareStar: true, entries: [{ type: 'AWS', values: ['*'] }] };
    }
    const entries = members(value).map(({ key, value }) => ({ type: key, values: strings(value) }));
    return { line: value.line, bareStar: false, entries };
  };

  const conditions = (value: JsonValue): RawCondition[] =>
    members(value).flatMap(({ key: operator, value: tests }) =>
      members(tests).map(({ key, value }) => ({
        operator,
        key,
        values: value.kind === 'array' ? value.items.map(scalar) : [scalar(value)],
      })),
    );

  const statement = (value: JsonValue): RawStatement => {
    const raw: { -readonly [K in keyof RawStatement]: RawStatement[K] } = {
      line: value.line,
      conditions: [],
    };
    const fields: Readonly<Record<string, (value: JsonValue) => void>> = {
      Sid: (v) => (raw.sid = string(v)),
      Effect: (v) => (raw.effect = string(v)),
      Principal: (v) => (raw.principal = principals(v)),
      NotPrincipal: (v) => (raw.notPrincipal = principals(v)),
      Action: (v) => (raw.action = strings(v)),
      NotAction: (v) => (raw.notAction = strings(v)),
      Resource: (v) => (raw.resource = strings(v)),
      NotResource: (v) => (raw.notResource = strings(v)),
      Condition: (v) => (raw.conditions = conditions(v)),
    };
    for (const { key, line, value: field } of members(value)) {
      if (!Object.hasOwn(fields, key)) fail(line);
      (fields[key] as (value: JsonValue) => void)(field);
    }
    return raw;
  };

  return { string, members, statement };
}

/** Throws `MalformedPolicy` with `syntaxText` where a member is unknown or of the wrong type. */
export function readDocument(json: JsonValue, syntaxText: string): RawDocument {
  const fail: Fail = (line) => {
    throw new MalformedPolicy(syntaxText, line);
  };
  const { string, members, statement } = elementReaders(fail);
  const document: { -readonly [K in keyof RawDocument]: RawDocument[K] } = {};
  for (const { key, line, value } of members(json)) {
    if (key === 'Version') document.version = string(value);
    else if (key === 'Id') string(value);
    else if (key === 'Statement') {
      document.statements = value.kind === 'array' ? value.items.map(statement) : [statement(value)];
    } else fail(line);
  }
  return document;
}
