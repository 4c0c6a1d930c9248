/**
 * The parts of a wildcard: `*` is any run of characters, `\*` a star, `\\` a backslash. Positions count the quote in
 * front. Matching is linear whatever the pattern (policy/glob.ts), so none is too complex.
 */
import { ANY, type GlobPart } from '../../../policy/template.ts';
import { JsonFault } from './json-text.ts';

export function wildcardParts(pattern: string, at: number): GlobPart[] {
  const parts: GlobPart[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i] as string;
    const next = pattern[i + 1];
    if (character === '*') {
      if (next === '*') throw new JsonFault(`Consecutive wildcard characters at pos ${i + 1}`, at);
      parts.push(ANY);
    } else if (character === '\\') {
      if (next !== '*' && next !== '\\') throw new JsonFault(`Invalid escape character at pos ${i + 1}`, at);
      parts.push(next);
      i++;
    } else parts.push(character);
  }
  return parts;
}
