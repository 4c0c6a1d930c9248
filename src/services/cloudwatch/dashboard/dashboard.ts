/** Dashboards, of an account in all Regions: what widgets they have is kept and shown, not drawn. */
import { formatArn } from '../../../aws/arn.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, resolved } from '../../../invoke/verdict.ts';
import { table } from '../../../store/store.ts';
import { noDashboard } from '../errors.ts';

export interface DashboardRecord {
  readonly account: string;
  readonly name: string;
  readonly body: string;
  readonly modifiedAtMs: number;
}

export const dashboards = table<DashboardRecord>()({
  name: 'cloudwatch.dashboards',
  key: ({ account, name }) => [account, name],
});

export const dashboardArn = ({ account, name }: Pick<DashboardRecord, 'account' | 'name'>): string =>
  formatArn({ service: 'cloudwatch', region: '', account, resource: `dashboard/${name}` });

const question = ({ account }: ResolveContext, operation: string, name: string) => ({
  action: `cloudwatch:${operation}`,
  resource: dashboardArn({ account, name }),
  account,
});

/** An unknown dashboard is reported after authorization on its name. */
export async function dashboardCheck(
  context: ResolveContext,
  operation: string,
  name: string,
): Promise<Check<DashboardRecord>> {
  const record = await context.tx.get(dashboards, [context.account, name]);
  return resolved(question(context, operation, name), record, () => noDashboard(name));
}

/** Whether it is there or not. */
export const dashboardNameCheck = (
  context: ResolveContext,
  operation: string,
  name: string,
): Check<undefined> => ({ ...question(context, operation, name), record: undefined });
