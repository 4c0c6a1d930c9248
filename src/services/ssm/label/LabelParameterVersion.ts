/**
 * Points labels at a version; a label that points at another one moves.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_LabelParameterVersion.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { noVersion } from '../errors.ts';
import { parameterCheck } from '../parameter/parameter.ts';
import { emitParameterChange } from '../parameter/parameter-event.ts';
import { ssm } from '../ssm.ts';
import { versions, versionsOf } from '../version/version.ts';

const MAX_LABELS = 10;
const LABEL = /^(?!\d)(?!aws|ssm)[A-Za-z0-9_.-]{1,100}$/i;

export default ssm.operation('LabelParameterVersion', {
  checks: async (context, { Name }) => ({
    parameter: await parameterCheck(context, 'LabelParameterVersion', Name),
  }),
  async execute(context, { Labels, ...input }, { parameter: { record } }) {
    const wanted = input.ParameterVersion ?? record.latestVersion;
    const all = await versionsOf(context, record);
    const target = all.find(({ version }) => version === wanted);
    if (!target) throw noVersion(record.name, wanted);
    const valid = Labels.filter((label) => LABEL.test(label));
    const labels = [...new Set([...target.labels, ...valid])];
    if (labels.length > MAX_LABELS) {
      throw new AwsError(
        'ParameterVersionLabelLimitExceeded',
        `An error occurred (ParameterVersionLabelLimitExceeded) when calling the LabelParameterVersion operation: A ` +
          `parameter version can have maximum ${MAX_LABELS} labels.Move one or more labels to another version and try again.`,
      );
    }
    for (const holder of all.filter((each) => each.labels.some((label) => valid.includes(label)))) {
      context.tx.put(versions, {
        ...holder,
        labels: holder.labels.filter((label) => !valid.includes(label)),
      });
    }
    // Last: it may hold some of them already.
    context.tx.put(versions, { ...target, labels });
    if (valid.length > 0) emitParameterChange(context, 'LabelParameterVersion', record, target);
    return { InvalidLabels: Labels.filter((label) => !valid.includes(label)), ParameterVersion: wanted };
  },
});
