/** Actions and resources of statements to closures. */
import { ARN_PARTS, compileFields, matchParts, splitArn, splitAtColons } from './arn-pattern.ts';
import type { RequestTest } from './conditions.ts';
import type { AccessRequest } from './decision.ts';
import { compileGlob, type TextMatcher } from './glob.ts';
import { resolveFields } from './operands.ts';
import type { Statement } from './policy.ts';
import { ANY, asStatic, type GlobPart, parseTemplate } from './template.ts';

/**
 * Matchers by pattern. The same few patterns stand in most policies, and a request meets them again and again; so a
 * matcher is shared, and remembers the text that it was asked last.
 */
class MatcherCache {
  static readonly #CAPACITY = 10_000;
  readonly #matchers = new Map<string, TextMatcher>();
  readonly #compile: (parts: readonly GlobPart[]) => TextMatcher;

  constructor(compile: (parts: readonly GlobPart[]) => TextMatcher) {
    this.#compile = compile;
  }

  get(pattern: string, parts: readonly GlobPart[]): TextMatcher {
    const known = this.#matchers.get(pattern);
    if (known !== undefined) return known;
    const made = rememberLast(this.#compile(parts));
    if (this.#matchers.size >= MatcherCache.#CAPACITY) this.#matchers.clear();
    this.#matchers.set(pattern, made);
    return made;
  }
}

function rememberLast(matches: TextMatcher): TextMatcher {
  let lastText: string | undefined;
  let lastAnswer = false;
  return (text) => {
    if (text !== lastText) {
      lastAnswer = matches(text);
      lastText = text;
    }
    return lastAnswer;
  };
}

const actionMatchers = new MatcherCache(compileGlob);
const resourceMatchers = new MatcherCache(compileResourceParts);

/** Whether the statement speaks of the action. Actions compare without regard to case. */
export function speaksOfAction({ actions }: Statement, action: string): boolean {
  const folded = action.toLowerCase();
  const isListed = actions.patterns.some((pattern) => {
    if (pattern === '*') return true;
    const lower = pattern.toLowerCase();
    const parts = parseTemplate(lower, { variables: false, wildcards: true }) as GlobPart[];
    return actionMatchers.get(lower, parts)(folded);
  });
  return isListed !== actions.not;
}

/** The longest that the action only begins with: who left out an asterisk, or forgot that there is a longer one. */
export function shorterActionIn({ actions }: Statement, action: string): string | undefined {
  if (actions.not) return undefined;
  const folded = action.toLowerCase();
  return actions.patterns
    .filter((pattern) => /:\w{3}/.test(pattern) && folded.startsWith(pattern.toLowerCase()))
    .sort((one, other) => other.length - one.length)[0];
}

/** Undefined where a variable of the pattern has no value. */
type ResourceTest = (request: AccessRequest) => boolean | undefined;

/** Whether the statement speaks of the request's resource; undefined where it speaks of all. */
export function compileResources(
  { resources, effect, principals }: Statement,
  variables: boolean,
): RequestTest | undefined {
  if (resources === undefined) return undefined;
  const { not, patterns } = resources;
  if (!not && patterns.includes('*')) return undefined;
  // Policies of resources say whom they let in; that ARNs are completed is said of the others.
  const isCompleted = principals === undefined;
  const tests = patterns.map((pattern) => compileResource(pattern, variables, isCompleted));
  if (!not) {
    return (request) => {
      for (const test of tests) if (test(request) === true) return true;
      return false;
    };
  }
  // A NotResource whose variable has no value excludes nobody knows what: it must not widen an Allow.
  const whenUnresolved = effect === 'Deny';
  return (request) => {
    let matches = true;
    for (const test of tests) {
      const listed = test(request);
      if (listed === true) return false;
      if (listed === undefined) matches = whenUnresolved;
    }
    return matches;
  };
}

function compileResource(pattern: string, variables: boolean, isCompleted: boolean): ResourceTest {
  if (pattern === '*') return () => true;
  const template = parseTemplate(pattern, { variables, wildcards: true });
  if (template === undefined) return () => undefined;
  // `arn:aws:sqs` is `arn:aws:sqs:*:*:*`: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
  const missing = pattern.startsWith('arn:') ? ARN_PARTS - splitAtColons(template).length : 0;
  if (isCompleted && missing > 0) return compileResource(pattern + ':*'.repeat(missing), variables, false);
  const fixed = asStatic(template);
  if (fixed !== undefined) {
    const matches = resourceMatchers.get(variables ? pattern : `2008-10-17 ${pattern}`, fixed);
    return (request) => matches(request.resource);
  }
  const fields = splitAtColons(template);
  return (request) => {
    const resolved = resolveFields(fields, request);
    return resolved && matchFields(resolved)(request.resource);
  };
}

function compileResourceParts(parts: readonly GlobPart[]): TextMatcher {
  if (parts.length === 1 && typeof parts[0] === 'string') {
    const [exact] = parts;
    return (resource) => resource === exact;
  }
  return matchFields(splitAtColons(parts));
}

/**
 * Part by part, as ARNs are; but a `*` that ends one of the first five parts may reach over the colons that follow
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html), and a pattern may so
 * end before its sixth part. A request without a resource (`*`) is matched by `*` alone.
 */
function matchFields(fields: readonly (readonly GlobPart[])[]): TextMatcher {
  const whole = compileGlob(fields.flatMap((field, i) => (i === 0 ? field : [':', ...field])));
  const reaches = fields.slice(0, 5).some((field) => field.at(-1) === ANY);
  if (reaches) return whole;
  const matchers = compileFields(fields);
  if (matchers === undefined) return () => false;
  // Whatever matches part by part matches as one text too, so the cheap test goes first.
  return (resource) => {
    if (!whole(resource)) return false;
    const parts = splitArn(resource);
    return parts !== undefined && matchParts(matchers, parts);
  };
}
