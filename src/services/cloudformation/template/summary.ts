/** What can be said of a template without creating anything: its parameters, and the capabilities that it needs. */
import type { ParameterDeclaration as Declaration } from '../../../shapes/generated/cloudformation.ts';
import { importableOf } from '../resource-type/importable.ts';
import type { ResourceType } from '../resource-type/resource-type.ts';
import { requiredCapability } from './capabilities.ts';
import type { Template } from './definition.ts';
import { isHidden } from './parameters.ts';

/** What GetTemplateSummary and ValidateTemplate say of capabilities. */
export function capabilitiesNeeded(template: Template) {
  const required = requiredCapability(template);
  const macros = template.transforms.length > 0 ? (['CAPABILITY_AUTO_EXPAND'] as const) : [];
  const capabilities = [...(required ? [required.capability] : []), ...macros];
  return {
    Capabilities: capabilities.length > 0 ? capabilities : undefined,
    CapabilitiesReason: required?.reason,
    DeclaredTransforms: template.transforms.length > 0 ? [...template.transforms] : undefined,
  };
}

export const declaredParameters = ({ parameters }: Template): Declaration[] =>
  Object.entries(parameters).map(([ParameterKey, declaration]) => ({
    ParameterKey,
    DefaultValue: declaration.Default === undefined ? undefined : String(declaration.Default),
    ParameterType: declaration.Type,
    NoEcho: isHidden(declaration),
    Description: declaration.Description,
    ParameterConstraints: { AllowedValues: declaration.AllowedValues?.map(String) },
  }));

/** The properties by which a resource of the type is told from others: its name, or the id that AWS gives it. */
export function identifiersOf(type: ResourceType | undefined): string[] {
  if (!type) return [];
  const { name, nameProperty, attributes } = type;
  const importable = importableOf(name);
  if (importable) return [importable.identifier];
  const noun = name.slice(name.lastIndexOf(':') + 1).toLowerCase();
  const id = [`${noun}id`, 'id', 'groupid'].map((wanted) =>
    attributes.find((attribute) => attribute.toLowerCase() === wanted),
  );
  const identifier = nameProperty ?? id.find((each) => each !== undefined);
  return identifier === undefined ? [] : [identifier];
}
