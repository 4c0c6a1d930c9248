/**
 * The value of a parameter, of the version or label that is picked, decrypted where that is asked for.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
import { ssm } from '../ssm.ts';
import { shownParameter, valueFor } from '../version/shown-version.ts';
import { selectedVersion } from '../version/version.ts';
import { parameterCheck } from './parameter.ts';
import { selected } from './parameter-name.ts';

export default ssm.operation('GetParameter', {
  readOnly: true,
  checks: async (context, { Name }) => ({
    parameter: await parameterCheck(context, 'GetParameter', selected(context, Name).name),
  }),
  async calls(ctx, { Name, WithDecryption = false }, { parameter: { record } }) {
    const pick = selected(ctx, Name);
    const version = await ctx.read((tx) => selectedVersion({ tx, ports: ctx.ports }, record, pick));
    const value = await valueFor(ctx, record, version, WithDecryption);
    return shownParameter(record, version, value, pick.selector);
  },
  execute: (_context, _input, _verdicts, Parameter) => ({ Parameter }),
});
