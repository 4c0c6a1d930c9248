/**
 * The text of a CloudFormation template, JSON or YAML, without what may be secret in it: user data, environments, defaults of
 * NoEcho parameters, and texts under names that people give to secrets. Another text stands in their place, and all around
 * it, comments too, stays as it was written. What only refers to something (`!Ref`, `{{resolve:…}}`) is no secret.
 */
import { isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { LEFT_OUT } from '../../aws/left-out.ts';
import { isCalledSecret, isSecretName } from './secrets.ts';

/** Undefined where the text is no template that can be read: nobody knows what is in it. */
export function templateWithoutSecrets(body: string): string | undefined {
  // Scalars as text: tags and types do not matter here.
  const options = { schema: 'failsafe', uniqueKeys: false, logLevel: 'silent', prettyErrors: false } as const;
  const { contents, errors } = parseDocument(body, options);
  if (errors.length > 0 || !isMap(contents)) return undefined;
  let kept = '';
  let from = 0;
  for (const [start, end] of [...secretsOf(contents as YAMLMap)].sort(([a], [b]) => a - b)) {
    // A block of text ends with its line.
    const last = body.slice(start, end).endsWith('\n') ? '\n' : '';
    kept += `${body.slice(from, start)}"${LEFT_OUT}"${last}`;
    from = end;
  }
  return kept + body.slice(from);
}

/** Where a text begins and ends. */
type Place = readonly [start: number, end: number];

function* secretsOf(template: YAMLMap): Generator<Place> {
  for (const [section, value] of membersOf(template)) {
    if (section !== 'Parameters') yield* placesIn(value);
    else for (const [name, parameter] of membersOf(value)) yield* secretDefault(name, parameter);
  }
}

function* secretDefault(name: string, parameter: unknown): Generator<Place> {
  const members = new Map(membersOf(parameter));
  const noEcho = members.get('NoEcho');
  const isHidden = isScalar(noEcho) && String(noEcho.value).toLowerCase() === 'true';
  if (isHidden || isCalledSecret(name)) yield* textsIn(members.get('Default'));
}

/** Properties whose values are what is stored. */
const STORED: Readonly<Record<string, string>> = {
  'AWS::SSM::Parameter': 'Value',
  'AWS::IAM::User': 'LoginProfile',
};
/** What instances are set up with: files, commands, passwords of their sources. */
const SET_UP = /^AWS::CloudFormation::(?:Init|Authentication)$/;

function* placesIn(node: unknown, stored?: string): Generator<Place> {
  if (isSeq(node)) for (const item of node.items) yield* placesIn(item);
  const members = [...membersOf(node)];
  const type = members.find(([name]) => name === 'Type')?.[1];
  const storedHere = isScalar(type) ? STORED[String(type.value)] : undefined;
  for (const [name, value] of members) {
    const isSecret =
      isSecretName(name) || name === stored || SET_UP.test(name) || (isScalar(value) && isCalledSecret(name));
    if (isSecret) yield* textsIn(value);
    else yield* placesIn(value, name === 'Properties' ? storedHere : undefined);
  }
}

/** Functions whose arguments, or the first of them, are names. */
const REFERENCE = /^!?(?:Ref|Condition|(?:Fn::)?(?:GetAtt|ImportValue|FindInMap))$/;
const NAMED_FIRST = /^!?(?:Fn::)?(?:If|Select)$/;

/** Every text that does not merely refer to something. */
function* textsIn(node: unknown): Generator<Place> {
  if (REFERENCE.test(tagOf(node))) return;
  if (isScalar(node)) {
    const text = String(node.value ?? '');
    if (text !== '' && !/^\{\{resolve:[^}]*\}\}$/.test(text) && node.range)
      yield [node.range[0], node.range[1]];
  }
  if (isSeq(node)) {
    for (const item of NAMED_FIRST.test(tagOf(node)) ? node.items.slice(1) : node.items) yield* textsIn(item);
  }
  for (const [name, value] of membersOf(node)) {
    if (REFERENCE.test(name) || name === 'Name') continue;
    if (NAMED_FIRST.test(name) && isSeq(value)) for (const item of value.items.slice(1)) yield* textsIn(item);
    else yield* textsIn(value);
  }
}

const tagOf = (node: unknown): string => (node as Node | undefined)?.tag ?? '';

function* membersOf(node: unknown): Generator<[name: string, value: unknown]> {
  if (!isMap(node)) return;
  for (const { key, value } of node.items as Pair[]) if (isScalar(key)) yield [String(key.value), value];
}
