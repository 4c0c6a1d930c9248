/**
 * The values of the parameters of a level of a hierarchy, or of all below; where a filter asks for labels, of the versions
 * that have them (aws-facts K17). Decided on the path alone (aws-facts K5).
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
 */
import { pageOf } from '../../../service-kit/page.ts';
import type { Parameter } from '../../../shapes/generated/ssm.ts';
import { invalid, invalidToken } from '../errors.ts';
import { ssm } from '../ssm.ts';
import { shownParameter, valueFor } from '../version/shown-version.ts';
import { everyVersion, parametersUnder, withLatestVersion } from './listing.ts';
import { parameterArn, question } from './parameter.ts';
import { type Listed, parameterFilter } from './parameter-filters.ts';

const DEFAULT_PAGE = 10;
const PATH = /^\/(?:[A-Za-z0-9_.-]+\/)*[A-Za-z0-9_.-]*$/;

export default ssm.operation('GetParametersByPath', {
  readOnly: true,
  checks(context, { Path, Recursive = false }) {
    if (!PATH.test(Path)) {
      throw invalid(
        "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash " +
          '"/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the ' +
          'following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if ' +
          'specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
      );
    }
    const name = Path.length > 1 ? Path.replace(/\/$/, '') : Path;
    const conditions = () => ({ 'ssm:Recursive': String(Recursive) });
    const resource = parameterArn(context, name);
    return { path: { ...question(context, 'GetParametersByPath', resource, conditions), record: null } };
  },
  async calls(ctx, { Path, Recursive = false, WithDecryption = false, ...input }) {
    const level = Path.endsWith('/') ? Path : `${Path}/`;
    const filters = input.ParameterFilters ?? [];
    const isWanted = parameterFilter(filters, ['Type', 'KeyId', 'Label']);
    const byLabel = filters.some(({ Key }) => Key === 'Label');
    const all = await ctx.read(async (tx) => {
      const context = { tx, ports: ctx.ports, account: ctx.account, region: ctx.region };
      const below = (await parametersUnder(context, level)).filter(
        ({ name }) => Recursive || !name.slice(level.length).includes('/'),
      );
      const entries = below.map((each) =>
        byLabel ? everyVersion(context, each) : withLatestVersion(context, each),
      );
      return (await Promise.all<Listed | readonly Listed[]>(entries)).flat();
    });
    const request = { token: input.NextToken, limit: input.MaxResults ?? DEFAULT_PAGE, invalidToken };
    const { items, token } = pageOf(request, all.filter(isWanted), ({ parameter, version }) => [
      parameter.name,
      version.version,
    ]);
    const Parameters: Parameter[] = [];
    for (const { parameter, version } of items) {
      Parameters.push(
        shownParameter(parameter, version, await valueFor(ctx, parameter, version, WithDecryption)),
      );
    }
    return { Parameters, NextToken: token };
  },
  execute: (_context, _input, _verdicts, found) => found,
});
