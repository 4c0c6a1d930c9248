/**
 * Deletes up to ten parameters; what does not exist is listed apart.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html
 */
import { optional } from '../../../invoke/verdict.ts';
import { ssm } from '../ssm.ts';
import { parameterCheck } from './parameter.ts';
import { isPublic } from './public-parameters.ts';
import { removeParameter } from './removal.ts';

export default ssm.operation('DeleteParameters', {
  checks: async (context, { Names }) => ({
    parameters: await Promise.all(
      Names.map(async (name) => optional(await parameterCheck(context, 'DeleteParameters', name))),
    ),
  }),
  async execute(context, { Names }, verdicts) {
    const DeletedParameters: string[] = [];
    const InvalidParameters: string[] = [];
    for (const [index, name] of Names.entries()) {
      const record = verdicts.parameters[index]?.record;
      if (!record || isPublic(record) || DeletedParameters.includes(name)) InvalidParameters.push(name);
      else {
        await removeParameter(context, record);
        DeletedParameters.push(name);
      }
    }
    return { DeletedParameters, InvalidParameters };
  },
});
