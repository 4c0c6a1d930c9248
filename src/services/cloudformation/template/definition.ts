/** What a template declares. */
import type { Json, JsonObject } from './json.ts';

export interface Template {
  readonly version?: string;
  readonly description?: string;
  readonly metadata?: JsonObject;
  readonly parameters: Readonly<Record<string, ParameterDeclaration>>;
  readonly mappings: JsonObject;
  readonly conditions: JsonObject;
  readonly rules: Readonly<Record<string, RuleDefinition>>;
  /** Its macros, in order: AWS::LanguageExtensions is the one that is served. */
  readonly transforms: readonly string[];
  /** What the macros made of the template; absent where it has none. */
  readonly processed?: JsonObject;
  readonly resources: Readonly<Record<string, ResourceDefinition>>;
  readonly outputs: Readonly<Record<string, OutputDefinition>>;
  readonly kept: KeptByName;
}

/**
 * Resources of a real account's stack that are here by name alone, by logical id, and why. They stay as they are: no update
 * may change them.
 */
export type KeptByName = Readonly<Record<string, string>>;

export interface ParameterDeclaration {
  readonly Type: string;
  readonly Default?: Json;
  readonly Description?: string;
  readonly NoEcho?: Json;
  readonly AllowedValues?: readonly Json[];
  readonly AllowedPattern?: string;
  readonly MinLength?: Json;
  readonly MaxLength?: Json;
  readonly MinValue?: Json;
  readonly MaxValue?: Json;
  readonly ConstraintDescription?: string;
}

export interface ResourceDefinition {
  readonly Type: string;
  readonly Properties: JsonObject;
  readonly DependsOn: readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: Json;
  readonly UpdateReplacePolicy?: Json;
  readonly Metadata?: Json;
  readonly CreationPolicy?: JsonObject;
  readonly UpdatePolicy?: JsonObject;
}

export interface RuleDefinition {
  readonly condition?: Json;
  readonly assertions: readonly { readonly assert: Json; readonly description?: string }[];
}

export interface OutputDefinition {
  readonly Value: Json;
  readonly Description?: string;
  readonly Condition?: string;
  readonly Export?: { readonly Name: Json };
}
