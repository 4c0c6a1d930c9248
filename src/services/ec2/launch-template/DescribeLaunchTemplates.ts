/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplates.html */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { describeResources } from '../describe/describe.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck, findResource, requireId } from '../resource/kind.ts';
import {
  findTemplateByName,
  type LaunchTemplateRecord,
  launchTemplateFilters,
  launchTemplateKind,
  showTemplate,
} from './launch-template.ts';

export default ec2.operation('DescribeLaunchTemplates', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeLaunchTemplates') }),
  async execute(context, input) {
    const { LaunchTemplateNames: names, LaunchTemplateIds: ids } = input;
    if (ids) await requireAll(context.tx, context, ids);
    const page = await describeResources(context.tx, context, {
      kind: launchTemplateKind,
      ids: input.LaunchTemplateIds,
      idsName: 'launchTemplateIds',
      filters: input.Filters,
      fields: launchTemplateFilters,
      page: input,
      limits: { min: 1, max: 200 },
      list: names && names.length > 0 ? () => byNames(context.tx, context, names) : undefined,
    });
    return { LaunchTemplates: page.items.map(showTemplate), NextToken: page.nextToken };
  },
});

const NOT_FOUND = 'At least one of the launch templates specified in the request does not exist.';

async function requireAll(tx: ReadTransaction, scope: Scope, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    requireId(launchTemplateKind, id);
    if (await findResource(tx, launchTemplateKind, scope, id)) continue;
    throw new AwsError('InvalidLaunchTemplateId.NotFound', NOT_FOUND);
  }
}

async function byNames(
  tx: ReadTransaction,
  scope: Scope,
  names: readonly string[],
): Promise<LaunchTemplateRecord[]> {
  const found = await Promise.all([...new Set(names)].map((name) => findTemplateByName(tx, scope, name)));
  return found.map((template) => {
    if (template) return template;
    throw new AwsError('InvalidLaunchTemplateName.NotFoundException', NOT_FOUND);
  });
}
