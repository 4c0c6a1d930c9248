/** ARNs and their patterns, part by part: `arn:partition:service:region:account:resource`. */
import { compileGlob, type TextMatcher } from './glob.ts';
import type { GlobPart, TemplatePart } from './template.ts';

export const ARN_PARTS = 6;

/** One matcher for each of the six fields, or undefined where the pattern has fewer. */
export function compileFields(fields: readonly (readonly GlobPart[])[]): TextMatcher[] | undefined {
  return fields.length < ARN_PARTS ? undefined : fields.map(compileGlob);
}

/**
 * The pattern's fields, the last with all colons that follow. Split before variables get their values: a colon in a
 * value (a tag, say) must not move the fields.
 */
export function splitAtColons<Part extends TemplatePart>(parts: readonly Part[]): (Part | string)[][] {
  const fields: (Part | string)[][] = [[]];
  const push = (part: Part | string): void => {
    if (part !== '') fields[fields.length - 1]?.push(part);
  };
  for (const part of parts) {
    if (typeof part !== 'string') {
      push(part);
      continue;
    }
    let from = 0;
    while (fields.length < ARN_PARTS) {
      const colon = part.indexOf(':', from);
      if (colon < 0) break;
      push(part.slice(from, colon));
      fields.push([]);
      from = colon + 1;
    }
    push(part.slice(from));
  }
  return fields;
}

export function matchParts(matchers: readonly TextMatcher[], parts: readonly string[]): boolean {
  for (let i = 0; i < ARN_PARTS; i++) {
    if (!(matchers[i] as TextMatcher)(parts[i] as string)) return false;
  }
  return true;
}

/** The six parts of an ARN, or undefined where the text is not an ARN. */
export function splitArn(text: string): string[] | undefined {
  if (!text.startsWith('arn:')) return undefined;
  const parts: string[] = [];
  let from = 0;
  while (parts.length < ARN_PARTS - 1) {
    const colon = text.indexOf(':', from);
    if (colon < 0) return undefined;
    parts.push(text.slice(from, colon));
    from = colon + 1;
  }
  parts.push(text.slice(from));
  return parts;
}
