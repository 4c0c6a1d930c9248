/**
 * All versions of a parameter with their values, the oldest first.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html
 */
import { pageOf } from '../../../service-kit/page.ts';
import type { ParameterHistory } from '../../../shapes/generated/ssm.ts';
import { invalidToken } from '../errors.ts';
import { ssm } from '../ssm.ts';
import { shownHistory, valueFor } from '../version/shown-version.ts';
import { versionsOf } from '../version/version.ts';
import { parameterCheck } from './parameter.ts';
import { selected } from './parameter-name.ts';

const DEFAULT_PAGE = 50;

export default ssm.operation('GetParameterHistory', {
  readOnly: true,
  checks: async (context, { Name }) => ({
    parameter: await parameterCheck(context, 'GetParameterHistory', selected(context, Name).name),
  }),
  async calls(ctx, { WithDecryption = false, ...input }, { parameter: { record } }) {
    const all = await ctx.read((tx) => versionsOf({ tx, ports: ctx.ports }, record));
    const request = { token: input.NextToken, limit: input.MaxResults ?? DEFAULT_PAGE, invalidToken };
    const { items, token } = pageOf(request, all, ({ version }) => [version]);
    const Parameters: ParameterHistory[] = [];
    for (const version of items) {
      Parameters.push(shownHistory(record, version, await valueFor(ctx, record, version, WithDecryption)));
    }
    return { Parameters, NextToken: token };
  },
  execute: (_context, _input, _verdicts, found) => found,
});
