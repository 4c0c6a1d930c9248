/** Who may do what to a stack: by its ARN, or by its name where it does not exist yet. */
import type { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import {
  type Check,
  type ConditionValues,
  type Found,
  missingFor,
  resolved,
} from '../../../invoke/verdict.ts';
import { passRoleCheck } from '../../../service-kit/pass-role.ts';
import { resourceTagConditions } from '../../../service-kit/tag-conditions.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import { SERVICE_NAME, validationError } from '../cloudformation.ts';
import { findStack, type StackRecord, stackArn } from './stack.ts';
import { UPDATABLE } from './stack-status.ts';

/** A check on a stack that must be there. `missing` is how the operation says that it is not. */
export async function stackCheck(
  context: ResolveContext,
  action: string,
  nameOrId: string | undefined,
  conditions: ConditionValues = {},
  missing: (nameOrId: string) => string = (name) => `Stack [${name}] does not exist`,
): Promise<Check<StackRecord>> {
  const check = await possibleStackCheck(context, action, nameOrId, conditions);
  const found = resolved(check, check.record, () => validationError(missing(nameOrId ?? '*')));
  return missingFor(found, /^(?:Describe|Get|List)/.test(action) ? undefined : lackOfTemplate(check.record));
}

/** Why a stack that was read from a real account can only be looked at. */
export function lackOfTemplate(stack: StackRecord | undefined): AwsError | undefined {
  const { lack } = stack?.adopted ?? {};
  if (!stack || lack === undefined) return undefined;
  return validationError(
    `Stack [${stack.name}] was read from a real account, and can be looked at, but not be changed here: ${lack}`,
  );
}

export const WITH_ID = (nameOrId: string): string => `Stack with id ${nameOrId} does not exist`;

const NAME = '[a-zA-Z][-a-zA-Z0-9]*';
const NAME_OR_ID = `${NAME}|arn:[-a-zA-Z0-9:/._+]*`;
export const MAX_STACK_NAME = 128;

/** Of a stack that is made. Its length is the documentation's, which the API's model does not have. */
export function requireNewName(name: string): void {
  requireMatch(name, NAME);
  if (name.length > MAX_STACK_NAME)
    throw invalidName(name, `Member must have length less than or equal to ${MAX_STACK_NAME}`);
}

function requireMatch(name: string, pattern: string): void {
  if (!new RegExp(`^(?:${pattern})$`).test(name))
    throw invalidName(name, `Member must satisfy regular expression pattern: ${pattern}`);
}

const invalidName = (name: string, constraint: string) =>
  validationError(
    `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: ${constraint}`,
  );

/** A check on a stack that may be there or not; on all, where none is named. */
export async function possibleStackCheck(
  context: ResolveContext,
  action: string,
  nameOrId: string | undefined,
  conditions: ConditionValues = {},
): Promise<Found<StackRecord | undefined>> {
  if (nameOrId !== undefined) requireMatch(nameOrId, NAME_OR_ID);
  const stack = nameOrId === undefined ? undefined : await findStack(context.tx, context, nameOrId);
  return {
    action: `cloudformation:${action}`,
    resource: stack ? stackArn(stack) : arnOfMissing(context, nameOrId ?? '*'),
    account: context.account,
    record: stack,
    conditions: () => ({ ...resourceTags(stack), ...conditions }),
  };
}

const arnOfMissing = (context: ResolveContext, nameOrId: string): string =>
  nameOrId.startsWith('arn:') ? nameOrId : stackArn({ ...context, name: nameOrId, uuid: '*' });

function resourceTags(stack: StackRecord | undefined): ConditionValues {
  const { tags = [] } = stack?.goal ?? stack?.adopted ?? {};
  return resourceTagConditions(tagRecord(tags));
}

/** Of the role by whose rights the stack is built. */
export const passStackRoleCheck = (
  { account }: ResolveContext,
  arn: string | undefined,
): Check<null> | undefined => (arn === undefined ? undefined : passRoleCheck({ arn, account }, SERVICE_NAME));

export function requireUpdatable(stack: StackRecord): void {
  // Where the import that was to make a stack was rolled back, there is nothing to update.
  const isThere = stack.status !== 'IMPORT_ROLLBACK_COMPLETE' || stack.goal !== undefined;
  if (isThere && UPDATABLE.includes(stack.status)) return;
  throw validationError(`Stack:${stackArn(stack)} is in ${stack.status} state and can not be updated.`);
}
