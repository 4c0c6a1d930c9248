/**
 * What is told of a parameter that came, changed or went (aws-facts D8.1).
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html#SSM-Parameter-Store-event-types
 */
import type { EffectContext } from '../../../invoke/context.ts';
import type { VersionRecord } from '../version/version.ts';
import { arnOf } from './parameter.ts';
import type { ParameterRecord } from './parameter-record.ts';

type Change = 'Create' | 'Update' | 'Delete' | 'LabelParameterVersion';

/** @param version whose description it has */
export function emitParameterChange(
  context: Pick<EffectContext, 'emit'>,
  operation: Change,
  parameter: ParameterRecord,
  version: Pick<VersionRecord, 'description'> | undefined,
): void {
  const { name, type } = parameter;
  const description = version?.description;
  context.emit({
    source: 'aws.ssm',
    detailType: 'Parameter Store Change',
    resources: [arnOf(parameter)],
    detail: { operation, name, type, ...(description !== undefined && { description }) },
  });
}
