/** Dashboards, of an account in all Regions: what widgets they have is kept and shown, not drawn. */
import { formatArn } from '../../../aws/arn.ts';
import type { Tags } from '../../../aws/tags.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, type ConditionValues, type Found, optional, resolved } from '../../../invoke/verdict.ts';
import { resourceTagConditions } from '../../../service-kit/tag-conditions.ts';
import { table } from '../../../store/store.ts';
import { noDashboard } from '../errors.ts';

export interface DashboardRecord {
  readonly account: string;
  readonly name: string;
  readonly body: string;
  readonly modifiedAtMs: number;
  readonly tags?: Tags;
}

export const dashboards = table<DashboardRecord>()({
  name: 'cloudwatch.dashboards',
  key: ({ account, name }) => [account, name],
});

export const dashboardArn = ({ account, name }: Pick<DashboardRecord, 'account' | 'name'>): string =>
  formatArn({ service: 'cloudwatch', region: '', account, resource: `dashboard/${name}` });

/** The name in a dashboard's ARN, which has no Region. */
export const nameOfDashboardArn = (arn: string): string | undefined =>
  /^arn:[^:]+:cloudwatch::\d{12}:dashboard\/(.+)$/.exec(arn)?.[1];

/** An unknown dashboard is reported after authorization on its name. */
export async function dashboardCheck(
  context: ResolveContext,
  operation: string,
  name: string,
  conditions: () => ConditionValues = () => ({}),
): Promise<Check<DashboardRecord>> {
  const { account } = context;
  const record = await context.tx.get(dashboards, [account, name]);
  const question = {
    action: `cloudwatch:${operation}`,
    resource: dashboardArn({ account, name }),
    account,
    conditions: () => ({ ...resourceTagConditions(record?.tags), ...conditions() }),
  };
  return resolved(question, record, () => noDashboard(name));
}

/** Whether it is there or not. */
export const dashboardNameCheck = async (
  ...named: Parameters<typeof dashboardCheck>
): Promise<Found<DashboardRecord | undefined>> => optional(await dashboardCheck(...named));
