/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UnlabelParameterVersion.html */
import { noVersion } from '../errors.ts';
import { parameterCheck } from '../parameter/parameter.ts';
import { ssm } from '../ssm.ts';
import { readVersion, versions } from '../version/version.ts';

export default ssm.operation('UnlabelParameterVersion', {
  checks: async (context, { Name }) => ({
    parameter: await parameterCheck(context, 'UnlabelParameterVersion', Name),
  }),
  async execute({ tx }, { ParameterVersion, Labels }, { parameter: { record } }) {
    const version = await readVersion(tx, record, ParameterVersion);
    if (!version) throw noVersion(record.name, ParameterVersion);
    const removed = Labels.filter((label) => version.labels.includes(label));
    tx.put(versions, { ...version, labels: version.labels.filter((label) => !removed.includes(label)) });
    return { RemovedLabels: removed, InvalidLabels: Labels.filter((label) => !removed.includes(label)) };
  },
});
