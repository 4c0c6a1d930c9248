/**
 * The value of a parameter, of the version or label that is picked, decrypted where that is asked for.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
import { missingFor } from '../../../invoke/verdict.ts';
import { secretNotFound } from '../errors.ts';
import { ssm } from '../ssm.ts';
import { shownParameter, valueFor } from '../version/shown-version.ts';
import { selectedVersion } from '../version/version.ts';
import { parameterCheck } from './parameter.ts';
import { isSecretReference, selected } from './parameter-name.ts';

export default ssm.operation('GetParameter', {
  readOnly: true,
  async checks(context, { Name, WithDecryption = false }) {
    const { name } = selected(context, Name);
    const check = await parameterCheck(context, 'GetParameter', name);
    const noSecret = isSecretReference(name) ? secretNotFound(name, WithDecryption) : undefined;
    return { parameter: missingFor(check, noSecret) };
  },
  async calls(ctx, { Name, WithDecryption = false }, { parameter: { record } }) {
    const pick = selected(ctx, Name);
    const version = await ctx.read((tx) => selectedVersion({ tx, ports: ctx.ports }, record, pick));
    const value = await valueFor(ctx, record, version, WithDecryption);
    return shownParameter(record, version, value, pick);
  },
  execute: (_context, _input, _verdicts, Parameter) => ({ Parameter }),
});
