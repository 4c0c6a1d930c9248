/**
 * The values of up to ten parameters. What does not exist is listed apart; one that the caller may not read refuses all.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { optional } from '../../../invoke/verdict.ts';
import type { Parameter } from '../../../shapes/generated/ssm.ts';
import { invalid } from '../errors.ts';
import { ssm } from '../ssm.ts';
import { shownParameter, valueFor } from '../version/shown-version.ts';
import { selectedVersion } from '../version/version.ts';
import { parameterCheck } from './parameter.ts';
import { selected } from './parameter-name.ts';

/** AWS lists them so, in whatever order they are asked for (aws-facts K19). */
const byName = ({ Name: one = '' }: Parameter, { Name: other = '' }: Parameter) =>
  one < other ? -1 : Number(one > other);

export default ssm.operation('GetParameters', {
  readOnly: true,
  async checks(context, { Names }) {
    const names = Names.map((each) => selected(context, each).name);
    if (new Set(Names).size < Names.length) throw invalid('Parameter names must be unique.');
    return {
      parameters: await Promise.all(
        names.map(async (name) => optional(await parameterCheck(context, 'GetParameters', name))),
      ),
    };
  },
  async calls(ctx, { Names, WithDecryption = false }, verdicts) {
    const Parameters: Parameter[] = [];
    const InvalidParameters: string[] = [];
    for (const [index, text] of Names.entries()) {
      const pick = selected(ctx, text);
      const record = verdicts.parameters[index]?.record;
      const version =
        record &&
        (await ctx
          .read((tx) => selectedVersion({ tx, ports: ctx.ports }, record, pick))
          .catch((error) => {
            if (error instanceof AwsError) return undefined;
            throw error;
          }));
      if (!record || !version) InvalidParameters.push(text);
      else
        Parameters.push(
          shownParameter(record, version, await valueFor(ctx, record, version, WithDecryption), pick),
        );
    }
    return { Parameters: Parameters.toSorted(byName), InvalidParameters: InvalidParameters.toSorted() };
  },
  execute: (_context, _input, _verdicts, found) => found,
});
