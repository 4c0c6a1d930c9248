/** Values of open variables in the resources of a statement under which they include the resource that is asked about. */
import type { AccessRequest } from './decision.ts';
import type { IsOpen, Requirement } from './requirement.ts';
import { ANY, ONE, parseTemplate, type TemplatePart } from './template.ts';
import type { Values } from './witness-values.ts';

const partsOf = (pattern: string): readonly TemplatePart[] =>
  parseTemplate(pattern, { variables: true, wildcards: true }) ?? [];

/** Lower-case keys. */
export function openVariables(patterns: readonly string[], isOpen: IsOpen): string[] {
  const keys = patterns
    .flatMap(partsOf)
    .flatMap((part) => (typeof part === 'object' ? [part.key.toLowerCase()] : []));
  return [...new Set(keys)].filter(isOpen);
}

/** Of wildcards and variables in a pattern: with more, laying it over a resource takes long, and says little. */
const MAX_GAPS = 3;

/** What each open variable stands for where the pattern is laid over the resource. */
export function valuesInResource(
  { resource }: Requirement,
  request: AccessRequest,
  isOpen: IsOpen,
): [key: string, values: Values][] {
  return (resource?.patterns ?? []).flatMap((pattern) => {
    const parts = partsOf(pattern);
    if (parts.filter((part) => typeof part !== 'string').length > MAX_GAPS) return [];
    const keys: string[] = [];
    const source = parts.map((part) => {
      if (part === ANY) return '.*?';
      if (part === ONE) return '.';
      if (typeof part === 'string') return escaped(part);
      const key = part.key.toLowerCase();
      if (!isOpen(key)) return escaped(request.condition(key)?.[0] ?? part.fallback ?? '');
      keys.push(key);
      return '(.*?)';
    });
    const match = new RegExp(`^${source.join('')}$`, 's').exec(request.resource);
    return match ? keys.map((key, at): [string, Values] => [key, [match[at + 1] ?? '']]) : [];
  });
}

/** As RegExp.escape, which Node 22 has not. */
function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
