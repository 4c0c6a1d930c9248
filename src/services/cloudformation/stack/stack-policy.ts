/**
 * Stack policies: what updates may do to which resources
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html). Without a policy
 * everything may be done; with one, what no statement allows may not.
 */
import { validationError } from '../cloudformation.ts';
import { isObject, type Json, type JsonObject } from '../template/json.ts';
import type { StackRecord } from './stack.ts';
import type { StackResourceRecord } from './stack-resource.ts';

export type UpdateAction = 'Update:Modify' | 'Update:Replace' | 'Update:Delete';

const ACTIONS = ['Update:Modify', 'Update:Replace', 'Update:Delete', 'Update:*'];

interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: { readonly not: boolean; readonly patterns: readonly string[] };
  readonly resources: { readonly not: boolean; readonly patterns: readonly string[] };
  readonly types?: { readonly like: boolean; readonly patterns: readonly string[] };
}

/** Throws AWS's ValidationError for an invalid policy. */
export function requireStackPolicy(body: string | undefined): string | undefined {
  if (body !== undefined) readPolicy(body);
  return body;
}

/** Why an update may not do this to a resource; undefined where it may. */
export function policyDenial(
  { operation, policyBody }: StackRecord,
  { logicalId, type }: StackResourceRecord,
  action: UpdateAction,
): string | undefined {
  const body = operation?.policyBody ?? policyBody;
  if (operation?.kind !== 'update' || body === undefined) return undefined;
  const statements = readPolicy(body);
  if (statements.length === 0) return undefined;
  const applies = ({ actions, resources, types }: Statement) =>
    actions.patterns.some((pattern) => pattern === action || pattern === 'Update:*') !== actions.not &&
    resources.patterns.some((pattern) => matches(pattern, `LogicalResourceId/${logicalId}`)) !==
      resources.not &&
    (!types || types.patterns.some((pattern) => (types.like ? matches(pattern, type) : pattern === type)));
  const denied = statements.findIndex((statement) => statement.effect === 'Deny' && applies(statement));
  if (denied >= 0) {
    return `Action denied by stack policy: Statement [#${denied + 1}] does not allow [${action}] for resource [${logicalId}];`;
  }
  if (statements.some((statement) => statement.effect === 'Allow' && applies(statement))) return undefined;
  return `Action not allowed by stack policy: no statement allows [${action}] for resource [${logicalId}];`;
}

const invalid = () => validationError('Error validating stack policy: Invalid stack policy');

function readPolicy(body: string): readonly Statement[] {
  let policy: Json;
  try {
    policy = JSON.parse(body);
  } catch {
    throw invalid();
  }
  if (!isObject(policy)) throw invalid();
  const { Statement: statements = [] } = policy;
  return (Array.isArray(statements) ? statements : [statements]).map(readStatement);
}

function readStatement(statement: Json): Statement {
  if (!isObject(statement)) throw invalid();
  const { Effect: effect, Principal: principal, NotPrincipal, Condition } = statement;
  if ((effect !== 'Allow' && effect !== 'Deny') || principal !== '*' || NotPrincipal !== undefined)
    throw invalid();
  const actions = patternsOf(statement, 'Action');
  if (!actions.patterns.every((action) => ACTIONS.includes(action))) throw invalid();
  return { effect, actions, resources: patternsOf(statement, 'Resource'), types: typesOf(Condition) };
}

function patternsOf(statement: JsonObject, name: 'Action' | 'Resource') {
  const not = statement[`Not${name}`];
  const given = statement[name] ?? not;
  if (given === undefined || (statement[name] !== undefined && not !== undefined)) throw invalid();
  return { not: not !== undefined, patterns: texts(given) };
}

function typesOf(condition: Json | undefined): Statement['types'] {
  if (condition === undefined) return undefined;
  const [operator, ...others] = isObject(condition) ? Object.entries(condition) : [];
  if (!operator || others.length > 0 || !/^String(Equals|Like)$/.test(operator[0])) throw invalid();
  const types = isObject(operator[1]) ? operator[1].ResourceType : undefined;
  if (types === undefined) throw invalid();
  return { like: operator[0] === 'StringLike', patterns: texts(types) };
}

function texts(value: Json): string[] {
  const list = Array.isArray(value) ? value : [value];
  if (!list.every((each): each is string => typeof each === 'string')) throw invalid();
  return list;
}

/** `*` stands for any characters. */
function matches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of rest.entries()) {
    const found = index === rest.length - 1 ? text.lastIndexOf(part) : text.indexOf(part, at);
    if (found < at || (index === rest.length - 1 && found + part.length !== text.length)) return false;
    at = found + part.length;
  }
  return rest.length > 0 || text.length === first.length;
}
