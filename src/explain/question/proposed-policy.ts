/** A policy that is only proposed: what is wrong with it is said with its place. */
import { internPolicy } from '../../policy/intern.ts';
import { JsonSyntaxError, readJson } from '../../policy/json-reader.ts';
import type { PolicyKind } from '../../policy/parse.ts';
import type { Policy } from '../../policy/policy.ts';
import { NoAnswer } from './key-question.ts';

/** Throws NoAnswer with line and column. */
export function proposedPolicy(text: string, kind: PolicyKind): Policy {
  requireJson(text);
  const parsed = internPolicy(text, kind);
  if (parsed.ok) return parsed.policy;
  const place = parsed.line === undefined ? undefined : beginningOf(text, parsed.line);
  const at = place ? ` at line ${place.line}, column ${place.column}` : '';
  throw new NoAnswer(`The policy is refused${at}: ${parsed.code}: ${parsed.message}`, place);
}

export function requireJson(text: string): void {
  try {
    readJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new NoAnswer(
      `The policy is not JSON at line ${error.line}, column ${error.column}: ${error.message}.`,
      { line: error.line, column: error.column },
    );
  }
}

/** The parser knows the line; the column is where it begins. */
function beginningOf(text: string, line: number): { line: number; column: number } {
  const column = (text.split('\n')[line - 1] ?? '').search(/\S/) + 1;
  return { line, column: Math.max(1, column) };
}
