/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePlacementGroups.html */
import { describeResources } from '../describe/describe.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import {
  findByName,
  placementGroupFilters,
  placementGroupKind,
  showPlacementGroup,
  unknownName,
} from './placement-group.ts';

export default ec2.operation('DescribePlacementGroups', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribePlacementGroups') }),
  async execute(context, input) {
    const names = new Set(input.GroupNames ?? []);
    for (const name of names) {
      if (!(await findByName(context.tx, context, name))) throw unknownName(name);
    }
    const { items } = await describeResources(context.tx, context, {
      kind: placementGroupKind,
      ids: input.GroupIds,
      idsName: 'groupIds',
      filters: input.Filters,
      fields: placementGroupFilters,
      also: ({ name }) => names.size === 0 || names.has(name),
    });
    return { PlacementGroups: items.map(showPlacementGroup) };
  },
});
