/**
 * A template with its structure checked
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html).
 */
import { asText } from '../../../aws/as-text.ts';
import { nextTurn } from '../../../platform/next-turn.ts';
import { formatError, validationError } from '../cloudformation.ts';
import type {
  KeptByName,
  OutputDefinition,
  ParameterDeclaration,
  ResourceDefinition,
  Template,
} from './definition.ts';
import { GET_ATT, REF } from './function-sentences.ts';
import { attributeParts, templateError } from './functions.ts';
import { functionOf, isObject, isScalar, type Json, type JsonObject, valuesOf } from './json.ts';
import { EXTENSION_FUNCTIONS, LANGUAGE_EXTENSIONS, unrollLoops } from './language-extensions.ts';
import { isLong, type Reading, readLongText, readText } from './long-text.ts';
import { readParameter } from './parameter-declaration.ts';
import { type ParameterValues, referredValue } from './parameters.ts';
import { requirePolicies } from './policies.ts';
import { requireReferences } from './references.ts';
import { readRule } from './rules.ts';
import { requireWithinLimits } from './template-limits.ts';
import { MAX_BODY } from './template-url.ts';
import { requireServed, transformsOf, whyUnserved } from './unserved.ts';

/** Those read last: each call reads its template several times. */
const recent = new Map<string, Template>();
const MAX_RECENT = 8;

/**
 * Throws AWS's ValidationError for a template that it would refuse. `values` are those of its parameters, over which its
 * loops may go; without them the defaults. What is `kept` need not be served.
 */
export function readTemplate(body: string, values: ParameterValues = {}, kept: KeptByName = {}): Template {
  const keyOf = (given: ParameterValues) => `${JSON.stringify([given, kept])}${body}`;
  // Without loops it is the same whatever the values are.
  const plain = recent.get(keyOf({}));
  const isPlain = plain?.processed === undefined;
  const template = (isPlain ? plain : recent.get(keyOf(values))) ?? parseTemplate(body, values, kept);
  const key = keyOf(template.processed ? values : {});
  recent.delete(key);
  recent.set(key, template);
  for (const oldest of recent.keys()) if (recent.size > MAX_RECENT) recent.delete(oldest);
  return template;
}

/** Since there is no S3 here, a request may carry as much as a template in S3. */
function requireAllowedLength(body: string): void {
  if (body.length <= MAX_BODY) return;
  throw validationError(
    `1 validation error detected: Value '${body.slice(0, 64)}…' at 'templateBody' failed to satisfy constraint: ` +
      `Member must have length less than or equal to ${MAX_BODY}`,
  );
}

/** Outside any transaction: a long one is read in turns. Throws as `readTemplate` does, which has it at hand afterwards. */
export async function prepareTemplate(reading: Reading, body: string, kept?: KeptByName): Promise<void> {
  requireAllowedLength(body);
  if (!isLong(body)) return;
  await readLongText(reading, body);
  readTemplate(body, {}, kept);
  await nextTurn(reading.turns);
}

/** The value of the text, its loops unrolled. */
function readRoot(body: string, values: ParameterValues) {
  requireAllowedLength(body);
  const given = readText(body);
  if (!isObject(given)) throw formatError('unsupported structure.');
  const transforms = transformsOf(given);
  const isExtended = transforms.includes(LANGUAGE_EXTENSIONS);
  const root = isExtended ? unrollLoops(given, (name) => listedValue(given, values, name)) : given;
  return { root, transforms, isExtended };
}

/** The resources of a template that are not served, or not whole. */
export function unservedResources(body: string, values: ParameterValues): KeptByName {
  const { root } = readRoot(body, values);
  const resources = Object.entries(section(root, 'Resources'));
  return Object.fromEntries(
    resources.flatMap(([logicalId, definition]) => {
      const why = isObject(definition) ? whyUnserved(definition) : undefined;
      return why === undefined ? [] : [[logicalId, why] as const];
    }),
  );
}

function parseTemplate(body: string, values: ParameterValues, kept: KeptByName): Template {
  const { root, transforms, isExtended } = readRoot(body, values);
  requireServed(root, kept);
  const unknown = Object.keys(root).filter((name) => !SECTIONS.includes(name));
  if (unknown.length > 0)
    throw validationError(`Invalid template property or properties [${unknown.join(', ')}]`);
  if (!isExtended) requirePlain(root);
  const template: Template = {
    transforms: transforms.map(String),
    ...(isExtended && { processed: root }),
    rules: readMembers(root, 'Rules', readRule),
    version: versionOf(root),
    description: descriptionOf(root),
    metadata: section(root, 'Metadata'),
    parameters: readMembers(root, 'Parameters', readParameter),
    mappings: mappingsOf(root),
    conditions: section(root, 'Conditions'),
    resources: readMembers(root, 'Resources', readResource),
    outputs: readMembers(root, 'Outputs', readOutput),
    kept,
  };
  if (Object.keys(template.resources).length === 0)
    throw formatError('At least one Resources member must be defined.');
  requireWithinLimits(template);
  requirePolicies(template);
  requireReferences(template);
  return template;
}

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Mappings',
  'Conditions',
  'Resources',
  'Outputs',
  'Rules',
  'Transform',
];
const MAX_DESCRIPTION = 1024;

/** The value of a parameter before the template is read whole. */
function listedValue({ Parameters: declared }: JsonObject, values: ParameterValues, name: string) {
  const declaration = isObject(declared) && Object.hasOwn(declared, name) ? declared[name] : undefined;
  if (!isObject(declaration)) throw formatError(`Unresolved dependencies [${name}] of a Fn::ForEach`);
  const value = (Object.hasOwn(values, name) ? values[name] : undefined) ?? declaration.Default;
  return value === undefined
    ? undefined
    : referredValue(declaration as unknown as ParameterDeclaration, asText(value));
}

function mappingsOf(root: JsonObject): JsonObject {
  const mappings = section(root, 'Mappings');
  for (const [name, mapping] of Object.entries(mappings)) {
    if (!isObject(mapping)) throw formatError(`Every Mappings member ${name} must be a map`);
    for (const [key, attributes] of Object.entries(mapping)) {
      if (!isObject(attributes)) throw formatError(`Every Mappings member ${key} must be a map`);
      const isPlain = (value: Json) =>
        isScalar(value) || (Array.isArray(value) && value.every((each) => isScalar(each)));
      if (!Object.values(attributes).every(isPlain)) {
        throw formatError('Every Mappings attribute must be a String or a List.');
      }
    }
  }
  return mappings;
}

/** Without the transform, its functions are none. */
function requirePlain(root: JsonObject): void {
  for (const value of valuesOf(root)) {
    const call = functionOf(value);
    if (call?.name === 'Ref' && !isScalar(call.argument)) throw templateError(REF);
    if (call?.name === 'Fn::GetAtt' && !isScalar(attributeParts(call.argument)[0]))
      throw templateError(GET_ATT);
    const extension = isObject(value) && Object.keys(value).find((name) => EXTENSION_FUNCTIONS.test(name));
    if (!extension) continue;
    throw validationError(
      `Template error: ${extension} is a function of the transform ${LANGUAGE_EXTENSIONS}, which the template does not name.`,
    );
  }
}

function versionOf({ AWSTemplateFormatVersion: version }: JsonObject): string | undefined {
  if (version === undefined || version === '2010-09-09') return version;
  throw formatError(`Template format version ${JSON.stringify(version)} is not supported. Use 2010-09-09.`);
}

function descriptionOf({ Description: description }: JsonObject): string | undefined {
  if (description === undefined) return undefined;
  if (typeof description !== 'string') throw formatError('Description must be a string.');
  if (description.length > MAX_DESCRIPTION) {
    throw formatError(`'Description' length is greater than ${MAX_DESCRIPTION}.`);
  }
  return description;
}

function section(root: JsonObject, name: string): JsonObject {
  const value = root[name] ?? {};
  if (!isObject(value)) throw formatError(`Any ${name} member must be an object.`);
  return value;
}

function readMembers<T>(
  root: JsonObject,
  name: string,
  read: (member: JsonObject, id: string) => T,
): Record<string, T> {
  const entries = Object.entries(section(root, name)).map(([id, member]) => {
    // Rules are called otherwise too (`X86_64Instance`).
    if (!(name === 'Rules' ? /^\w+$/ : /^[A-Za-z0-9]+$/).test(id)) {
      throw formatError(`${name.slice(0, -1)} name ${id} is non alphanumeric.`);
    }
    if (!isObject(member)) throw formatError(`Any ${name} member must be an object.`);
    return [id, read(member, id)] as const;
  });
  return Object.fromEntries(entries);
}

const RESOURCE_ATTRIBUTES = [
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
  'CreationPolicy',
  'UpdatePolicy',
];

/** How a type may be called: AWS's, of modules and of third parties, and custom resources. */
const RESOURCE_TYPE = /^(Custom::[\w@-]{1,60}|\w+::\w+::\w+(::\w+)?)$/;

function readResource(member: JsonObject, id: string): ResourceDefinition {
  const unknown = Object.keys(member).find((name) => !RESOURCE_ATTRIBUTES.includes(name));
  if (unknown) throw validationError(`Invalid template resource property '${unknown}'`);
  const { Type, Properties = {}, DependsOn = [], Condition, CreationPolicy, UpdatePolicy } = member;
  if (typeof Type !== 'string') {
    throw formatError(`[/Resources/${id}] Every Resources object must contain a Type member.`);
  }
  if (!RESOURCE_TYPE.test(Type)) throw formatError(`Unrecognized resource types: [${Type}]`);
  if (!isObject(Properties))
    throw formatError(`[/Resources/${id}/Properties] 'Properties' must be an object`);
  const dependsOn = Array.isArray(DependsOn) ? DependsOn : [DependsOn];
  if (!dependsOn.every((name): name is string => typeof name === 'string')) {
    throw formatError('DependsOn must be a string or list of strings.');
  }
  if (Condition !== undefined && typeof Condition !== 'string') {
    throw formatError('Every Condition member must be a string.');
  }
  for (const policy of [CreationPolicy, UpdatePolicy]) {
    if (policy !== undefined && !isObject(policy)) throw formatError(`Resource ${id} has an invalid policy.`);
  }
  return { ...member, Type, Properties, DependsOn: dependsOn } as ResourceDefinition;
}

function readOutput(member: JsonObject): OutputDefinition {
  if (member.Value === undefined) throw formatError('Every Outputs member must contain a Value object');
  const name = isObject(member.Export) ? member.Export.Name : undefined;
  if (member.Export !== undefined && name === undefined) {
    throw formatError('Output Export must contain a Name member.');
  }
  for (const each of ['Condition', 'Description'] as const) {
    if (member[each] !== undefined && typeof member[each] !== 'string') {
      throw formatError(`Every ${each} member must be a string.`);
    }
  }
  return member as unknown as OutputDefinition;
}
