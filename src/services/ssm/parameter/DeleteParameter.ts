/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html */
import { ssm } from '../ssm.ts';
import { parameterCheck } from './parameter.ts';
import { removeParameter } from './removal.ts';

export default ssm.operation('DeleteParameter', {
  checks: async (context, { Name }) => ({
    parameter: await parameterCheck(context, 'DeleteParameter', Name),
  }),
  async execute(context, _input, { parameter: { record } }) {
    await removeParameter(context, record);
    return {};
  },
});
