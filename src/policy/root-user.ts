/** The root user of an account, who may do everything in it, and whose ARN stands for the account in policies. */
import type { PolicyPrincipal } from './decision.ts';

export const rootArn = (account: string): string => `arn:aws:iam::${account}:root`;

export const rootUser = (account: string): Extract<PolicyPrincipal, { kind: 'root' }> => ({
  kind: 'root',
  account,
  arn: rootArn(account),
});
