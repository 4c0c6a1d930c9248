/**
 * Lists the account's parameters without their values.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html
 */
import { pageOf } from '../../../service-kit/page.ts';
import { invalid, invalidToken } from '../errors.ts';
import { ssm } from '../ssm.ts';
import { shownMetadata } from '../version/shown-version.ts';
import { parametersUnder, withLatestVersion } from './listing.ts';
import { allParametersCheck } from './parameter.ts';
import { parameterFilter } from './parameter-filters.ts';

const DEFAULT_PAGE = 10;

export default ssm.operation('DescribeParameters', {
  readOnly: true,
  checks: (context) => ({ account: allParametersCheck(context, 'DescribeParameters') }),
  async execute(context, input) {
    const { Filters = [], ParameterFilters = [] } = input;
    if (Filters.length > 0 && ParameterFilters.length > 0) {
      throw invalid('You can use either Filters or ParameterFilters in a single request.');
    }
    const isWanted = parameterFilter(
      [...ParameterFilters, ...Filters],
      ['Name', 'Type', 'KeyId', 'Path', 'Tier', 'DataType', 'tag'],
    );
    // Nothing is shared with the account: that takes AWS RAM.
    const all = input.Shared ? [] : await parametersUnder(context, '');
    const entries = await Promise.all(all.map((each) => withLatestVersion(context, each)));
    const request = { token: input.NextToken, limit: input.MaxResults ?? DEFAULT_PAGE, invalidToken };
    const { items, token } = pageOf(request, entries.filter(isWanted), ({ parameter }) => [parameter.name]);
    return {
      Parameters: items.map(({ parameter, version }) => shownMetadata(parameter, version)),
      NextToken: token,
    };
  },
});
