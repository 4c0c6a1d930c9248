/** Policy documents as text, validated as the service that stores them does, to the normal form. */
import { DIALECTS, type PolicyKind } from './dialects.ts';
import { MalformedPolicy, type RawDocument, type RawStatement, readDocument } from './document.ts';
import { JsonSyntaxError, readJson } from './json-reader.ts';
import { parseOperator } from './operators.ts';
import type { Effect, Policy, PrincipalPattern, Statement } from './policy.ts';

export type { PolicyKind } from './dialects.ts';

export type ParseResult =
  | { readonly ok: true; readonly policy: Policy }
  | {
      readonly ok: false;
      /** `MalformedPolicyDocument` (IAM, STS) or `MalformedPolicyDocumentException` (KMS, Organizations). */
      readonly code: string;
      /** AWS's sentence. */
      readonly message: string;
      /** Where, 1-based, when the fault has a place. */
      readonly line?: number;
    };

/** The largest PolicyDocument that IAM's API takes; quotas below it are the services' (see sizeWithoutWhitespace). */
const MAX_LENGTH = 131_072;

export function parsePolicy(source: string, kind: PolicyKind): ParseResult {
  const dialect = DIALECTS[kind];
  try {
    if (source.length > MAX_LENGTH) throw new MalformedPolicy(dialect.syntaxText);
    const document = readDocument(readJson(source), dialect.syntaxText);
    for (const check of dialect.checks) check(document);
    return { ok: true, policy: normalForm(document, source, kind) };
  } catch (error) {
    if (error instanceof JsonSyntaxError) {
      return { ok: false, code: dialect.errorCode, message: dialect.jsonText, line: error.line };
    }
    if (error instanceof MalformedPolicy) {
      const at = error.line === undefined ? {} : { line: error.line };
      return { ok: false, code: dialect.errorCode, message: error.message, ...at };
    }
    throw error;
  }
}

/** Characters that count against IAM's size quotas: all but white space. */
export function sizeWithoutWhitespace(source: string): number {
  let size = 0;
  for (let i = 0; i < source.length; i++) {
    const code = source.charCodeAt(i);
    if (code !== 32 && code !== 9 && code !== 10 && code !== 13) size++;
  }
  return size;
}

function normalForm(document: RawDocument, source: string, kind: PolicyKind): Policy {
  return {
    version: document.version === '2012-10-17' ? '2012-10-17' : '2008-10-17',
    statements: (document.statements ?? []).map((raw, index) => statementForm(raw, index, kind)),
    source,
  };
}

function statementForm(raw: RawStatement, index: number, kind: PolicyKind): Statement {
  const resources = raw.resource ?? raw.notResource ?? (kind === 'trust' ? undefined : []);
  const principals = raw.principal ?? raw.notPrincipal;
  return {
    index,
    ...(raw.sid === undefined ? {} : { sid: raw.sid }),
    line: raw.line,
    effect: raw.effect as Effect,
    ...(principals === undefined
      ? {}
      : {
          principals: {
            not: raw.notPrincipal !== undefined,
            patterns: principals.entries.flatMap(({ type, values }) =>
              values.map((value) => ({ type: type as PrincipalPattern['type'], value })),
            ),
          },
        }),
    actions: { not: raw.notAction !== undefined, patterns: raw.action ?? raw.notAction ?? [] },
    ...(resources === undefined
      ? {}
      : { resources: { not: raw.notResource !== undefined, patterns: resources } }),
    conditions: raw.conditions.map(({ operator, key, values }) => {
      // The dialect's checks have refused every operator that does not parse.
      const { name, set, ifExists } = parseOperator(operator) as NonNullable<
        ReturnType<typeof parseOperator>
      >;
      return { operator: name, ...(set === undefined ? {} : { set }), ifExists, key, values };
    }),
  };
}
