/**
 * What a template takes from Parameter Store, read with the caller's rights when a stack is asked for, so that the
 * operation and its rollback see one value
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html,
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm.html; aws-facts H26).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Call } from '../../../invoke/context.ts';
import type { Parameter } from '../../../shapes/generated/ssm.ts';
import { validationError } from '../cloudformation.ts';
import { requireResourceType } from '../resource-type/resource-types.ts';
import type { Template } from '../template/definition.ts';
import {
  type DynamicReference,
  dynamicReferences,
  type ReferenceValues,
} from '../template/dynamic-references.ts';
import type { TemplateInstance } from '../template/instance.ts';
import type { Json } from '../template/json.ts';
import { isStoredParameter, type ParameterValues, storedValueType } from '../template/parameters.ts';
import { symbolicValue } from '../template/symbolic.ts';

export interface StoredValues {
  /** What the template's parameters of type AWS::SSM::Parameter::Value stand for. */
  readonly parameters: ParameterValues;
  readonly references: ReferenceValues;
}

export const NOTHING_STORED: StoredValues = { parameters: {}, references: {} };

const MAX_REFERENCES = 60;
/** As many as GetParameters takes. */
const MAX_NAMES = 10;

/** Throws AWS's ValidationError where one is not there, may not be read, or is a SecureString. */
export async function readStoredParameters(
  call: Call,
  { parameters }: Template,
  values: ParameterValues,
): Promise<ParameterValues> {
  const keys = Object.keys(parameters).filter((key) => isStoredParameter(parameters[key]?.Type ?? ''));
  const found = await getParameters(
    call,
    keys.map((key) => values[key] as string),
  );
  const missing = keys.map((key) => values[key] as string).filter((name) => !found.has(name));
  if (missing.length > 0) {
    throw validationError(
      `Unable to fetch parameters [${[...new Set(missing)].join(',')}] from parameter store for this account.`,
    );
  }
  const taken = keys.filter((key) => storedValueType(parameters[key]?.Type ?? '') !== undefined);
  const secure = taken.filter((key) => found.get(values[key] as string)?.Type === 'SecureString');
  if (secure.length > 0) {
    throw validationError(
      `Parameters [${secure.map((key) => values[key]).join(', ')}] referenced by template have types not supported by CloudFormation.`,
    );
  }
  return Object.fromEntries(taken.map((key) => [key, found.get(values[key] as string)?.Value ?? '']));
}

/** The references of resources and outputs whose text the template and its parameters decide. */
export async function readStoredReferences(call: Call, instance: TemplateInstance): Promise<ReferenceValues> {
  const { kept } = instance.template;
  const references = Object.entries(instance.resources).flatMap(([logicalId, { Type: type, Properties }]) => {
    if (Object.hasOwn(kept, logicalId)) return [];
    const found = [...dynamicReferences(symbolicValue(instance, Properties))];
    for (const each of found) if (each.isSecure) requireSecureProperty(type, each);
    return found;
  });
  const outputs = [...dynamicReferences(symbolicValue(instance, instance.outputs as unknown as Json))];
  for (const each of outputs) if (each.isSecure) throw notSecure(`Outputs/${each.path.join('/')}`);
  return readReferences(call, [...references, ...outputs]);
}

/** What those to plain values stand for; those to secure strings are read when they are needed, and not kept. */
export async function readReferences(
  call: Call,
  references: readonly DynamicReference[],
): Promise<ReferenceValues> {
  const byText = new Map(references.map((each) => [each.text, each]));
  if (byText.size > MAX_REFERENCES) {
    throw validationError(`A template may have at most ${MAX_REFERENCES} dynamic references.`);
  }
  const plain = [...byText.values()].filter(({ isSecure }) => !isSecure);
  const found = await getParameters(
    call,
    plain.map(({ selected }) => selected),
  );
  const missing = plain.filter(({ selected }) => !found.has(selected));
  if (missing.length > 0) {
    const names = missing.map(({ selected }) => `ssm:${selected}`);
    throw validationError(`Parameters: [${names.join(', ')}] cannot be found.`);
  }
  const secure = plain.find(({ selected }) => found.get(selected)?.Type === 'SecureString');
  if (secure) {
    throw validationError(`Non-secure ssm prefix was used for secure parameter: [${secure.name}]`);
  }
  return Object.fromEntries(plain.map(({ text, selected }) => [text, found.get(selected)?.Value ?? '']));
}

function requireSecureProperty(type: string, { path }: DynamicReference): void {
  if (requireResourceType(type).secureProperties?.includes(path.join('/'))) return;
  throw notSecure(`${type}/Properties/${path.join('/')}`);
}

const notSecure = (place: string) => validationError(`SSM Secure reference is not supported in: [${place}]`);

/** By the name with which each was asked for. */
async function getParameters(call: Call, names: readonly string[]): Promise<Map<string, Parameter>> {
  const left = [...new Set(names)];
  const found = new Map<string, Parameter>();
  while (left.length > 0) {
    const { Parameters: parameters = [] } = await call('ssm', 'GetParameters', {
      Names: left.splice(0, MAX_NAMES),
    }).catch((error) => {
      if (!(error instanceof AwsError)) throw error;
      const sentence = /AccessDenied/.test(error.code)
        ? "AccessDenied. User doesn't have permission to call ssm:GetParameters"
        : error.message;
      throw error.saidAs(validationError(sentence));
    });
    for (const parameter of parameters) {
      for (const name of [parameter.Name, parameter.ARN])
        found.set(`${name}${parameter.Selector ?? ''}`, parameter);
    }
  }
  return found;
}
