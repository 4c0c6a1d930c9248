/** What a real account's stack is to be, of its template and parameters as they were read. */
import { AwsError } from '../../../aws/aws-error.ts';
import { LEFT_OUT } from '../../../aws/left-out.ts';
import type { Answer } from '../../../invoke/imported/described.ts';
import type { Stack } from '../../../shapes/generated/cloudformation.ts';
import type { StackGoal, StackRecord } from '../stack/stack.ts';
import { stackArn } from '../stack/stack.ts';
import { sealValue, type Vault } from '../stack/vault.ts';
import type { Template } from '../template/definition.ts';
import { dynamicReferences } from '../template/dynamic-references.ts';
import { instantiate, type TemplateInstance } from '../template/instance.ts';
import { isHidden, type ParameterValues } from '../template/parameters.ts';
import { symbolicValue } from '../template/symbolic.ts';
import { readTemplate, unservedResources } from '../template/template.ts';
import { unknownValue } from '../template/unknown-values.ts';

interface GoalRead {
  readonly goal?: StackGoal;
  /** Why the stack cannot be changed. */
  readonly lack: string;
}

const ONLY_SHOWN = 'the account is only shown. Run a fork of it: latchkey start --from DIR --fork';

export function goalRead(
  vault: Vault,
  stack: StackRecord,
  described: Pick<Stack, 'Parameters' | 'Capabilities' | 'Tags' | 'RollbackConfiguration'>,
  answer: Answer | undefined,
): GoalRead {
  const body = answer?.output?.TemplateBody;
  if (typeof body !== 'string') return { lack: whyNoTemplate(answer) };
  try {
    return { goal: goalOf(vault, stack, described, body), lack: ONLY_SHOWN };
  } catch (error) {
    if (error instanceof AwsError) return { lack: `its template cannot be read here: ${error.message}` };
    throw error;
  }
}

function whyNoTemplate(answer: Answer | undefined): string {
  const operation = 'cloudformation:GetTemplate';
  if (!answer) return `nobody has read its template (${operation})`;
  const { refused, by = 'the reader' } = answer;
  return refused
    ? `${operation} was refused to ${by}: ${refused.code}`
    : 'it has no template that can be read';
}

function goalOf(
  vault: Vault,
  stack: StackRecord,
  described: Parameters<typeof goalRead>[2],
  templateBody: string,
): StackGoal {
  const given = described.Parameters ?? [];
  const values = Object.fromEntries(
    given.map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
  );
  const resolved = Object.fromEntries(
    given.flatMap(({ ParameterKey = '', ResolvedValue }) =>
      ResolvedValue === undefined ? [] : [[ParameterKey, ResolvedValue] as const],
    ),
  );
  const kept = unservedResources(templateBody, { ...values, ...resolved });
  const template = readTemplate(templateBody, { ...values, ...resolved }, kept);
  const known = withoutHidden(template, values);
  const stored = { parameters: resolved, references: {} };
  const { account, region, name } = stack;
  const identity = { account, region, stackName: name, stackId: stackArn(stack) };
  const instance = instantiate(template, { ...known, ...resolved }, identity);
  const references = referencesLeftOut(instance);
  const isStored = [resolved, references].some((each) => Object.keys(each).length > 0);
  return {
    templateBody,
    ...(template.processed && { processedBody: JSON.stringify(template.processed) }),
    sealedParameters: sealValue(vault, known),
    ...(isStored && { sealedStored: sealValue(vault, { ...stored, references }) }),
    capabilities: described.Capabilities ?? [],
    tags: described.Tags ?? [],
    monitoringMinutes: described.RollbackConfiguration?.MonitoringTimeInMinutes,
    kept,
  };
}

/** AWS shows asterisks for what NoEcho hides. */
const withoutHidden = ({ parameters }: Template, values: ParameterValues): ParameterValues =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const declaration = parameters[key];
      return [key, declaration && isHidden(declaration) ? unknownValue(key) : value];
    }),
  );

/** What stood in Parameter Store when the stack was made is nowhere to be read. */
function referencesLeftOut(instance: TemplateInstance): Record<string, string> {
  const { kept } = instance.template;
  const resources = Object.entries(instance.resources).filter(
    ([logicalId]) => !Object.hasOwn(kept, logicalId),
  );
  const values = [
    ...resources.map(([, { Properties }]) => Properties),
    ...Object.values(instance.outputs).map(({ Value }) => Value),
  ];
  const found = values.flatMap((value) => [...dynamicReferences(symbolicValue(instance, value))]);
  return Object.fromEntries(found.filter(({ isSecure }) => !isSecure).map(({ text }) => [text, LEFT_OUT]));
}
