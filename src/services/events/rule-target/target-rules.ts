/** What a target must be like (PutTargets). Faults fail the request; a kind that is not served fails the entry. */
import { parseArn } from '../../../aws/arn.ts';
import type { AwsError } from '../../../aws/aws-error.ts';
import { parseBoundedJson } from '../../../aws/bounded-json.ts';
import { parseJsonPath } from '../../../aws/json-path.ts';
import type { PutTargetsResultEntry, Target } from '../../../shapes/generated/events.ts';
import { notServed, validation } from '../errors.ts';
import type { RuleRecord } from '../rule/rule.ts';
import { isPredefined, placeholders } from './payload.ts';
import { targetKind } from './target-kind.ts';

/** Throws EventBridge's error for a target that no rule may have. */
export function requireTarget(rule: RuleRecord, target: Target): void {
  const fault = arnFault(rule, target) ?? inputFault(target);
  if (fault !== undefined) throw validation(fault);
}

function arnFault(rule: RuleRecord, { Arn, RoleArn }: Target): string | undefined {
  const arn = parseArn(Arn);
  if (!arn) return `Parameter ${Arn} is not valid. Reason: Provided Arn is not in correct format.`;
  const isNear = arn.account === rule.account && arn.region === rule.region;
  const kind = targetKind(Arn);
  if (kind === 'log-group' && !isNear) {
    return `Parameter ${Arn} is not valid. Reason: The log group must be in the account and Region of the rule.`;
  }
  if ((kind === 'api-destination' || (kind === 'event-bus' && !isNear)) && !RoleArn)
    return `RoleArn is required for target ${Arn}.`;
  return undefined;
}

function inputFault({ Id, Arn, Input, InputPath, InputTransformer }: Target): string | undefined {
  const given = [Input, InputPath, InputTransformer].filter((each) => each !== undefined);
  if (given.length > 1) {
    return `Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`;
  }
  if (given.length > 0 && targetKind(Arn) === 'event-bus') {
    return `Input, InputPath and InputTransformer are not supported for target ${Id}.`;
  }
  if (Input !== undefined && !isJson(Input)) return `JSON syntax error in input for target ${Id}.`;
  if (InputPath !== undefined && !parseJsonPath(InputPath)) return `Invalid InputPath for target ${Id}.`;
  if (!InputTransformer) return undefined;
  const { InputPathsMap: paths = {}, InputTemplate } = InputTransformer;
  const badPath = Object.entries(paths).find(
    ([name, path]) => /^aws/i.test(name) || parseJsonPath(path) === undefined,
  );
  if (badPath) return `Invalid InputPathsMap for target ${Id} : ${badPath[0]}.`;
  const unknown = placeholders(InputTemplate).find(
    (name) => !isPredefined(name) && !Object.hasOwn(paths, name),
  );
  return unknown && `InputTemplate for target ${Id} contains invalid placeholder ${unknown}.`;
}

function isJson(text: string): boolean {
  try {
    parseBoundedJson(text);
    return true;
  } catch {
    return false;
  }
}

/** The failure of a target that AWS serves and Latchkey does not. */
export function unservedEntry(target: Target): PutTargetsResultEntry | undefined {
  const { Id, Arn, DeadLetterConfig } = target;
  if (!targetKind(Arn)) return failed(Id, notServed(`${parseArn(Arn)?.service} as a target of rules`));
  const isHttp = targetKind(Arn) === 'api-destination';
  const foreign = PARAMETERS_OF_OTHERS.find(
    (name) => target[name] !== undefined && !(isHttp && name === 'HttpParameters'),
  );
  if (foreign) return failed(Id, notServed(`${foreign} of targets`));
  return DeadLetterConfig?.Arn ? failed(Id, notServed('dead-letter queues of targets')) : undefined;
}

/** What only targets have that are not served. */
const PARAMETERS_OF_OTHERS = [
  'AppSyncParameters',
  'BatchParameters',
  'EcsParameters',
  'HttpParameters',
  'KinesisParameters',
  'RedshiftDataParameters',
  'RunCommandParameters',
  'SageMakerPipelineParameters',
  'SqsParameters',
] as const;

const failed = (TargetId: string, { code, message }: AwsError): PutTargetsResultEntry => ({
  TargetId,
  ErrorCode: code,
  ErrorMessage: message,
});
