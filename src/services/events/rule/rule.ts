/** Rules: the record, its ARN, and how it is found and shown. */
import { formatArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { EventEnvelope } from '../../../invoke/event.ts';
import type { DescribeRuleResponse, Target } from '../../../shapes/generated/events.ts';
import { table } from '../../../store/store.ts';
import { type BusPlace, DEFAULT_BUS } from '../bus/bus.ts';
import { matchesPattern, type ReportFault } from '../pattern/listener.ts';

export type RuleState = 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

export interface RuleRecord extends Scope {
  readonly bus: string;
  readonly name: string;
  /** As it was put. */
  readonly pattern?: string;
  readonly schedule?: string;
  readonly state: RuleState;
  readonly description?: string;
  readonly roleArn?: string;
  /** The AWS service that keeps the rule, e.g. `autoscaling.amazonaws.com`. */
  readonly managedBy?: string;
  /** The account that made it: `events:creatorAccount`. */
  readonly createdBy: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly targets: readonly Target[];
  /** Grows when the schedule is set anew: a step that waits for an older one ends. */
  readonly scheduleRevision: number;
}

export const rules = table<RuleRecord>()({
  name: 'events.rules',
  key: ({ account, region, bus, name }) => [account, region, bus, name],
  indexes: {
    target: ({ account, region, bus, targets }) =>
      [...new Set(targets.map(({ Arn }) => Arn))].map((arn) => [account, region, bus, arn]),
  },
});

export type RuleName = Pick<RuleRecord, 'account' | 'region' | 'bus' | 'name'>;

export const ruleNameOn = ({ account, region, name: bus }: BusPlace, name: string): RuleName => ({
  account,
  region,
  bus,
  name,
});

export function ruleArn({ account, region, bus, name }: RuleName): string {
  const resource = bus === DEFAULT_BUS ? `rule/${name}` : `rule/${bus}/${name}`;
  return formatArn({ service: 'events', region, account, resource });
}

const RULE_ARN = /^arn:aws:events:([a-z0-9-]+):(\d{12}):rule\/(?:(.+)\/)?([^/]+)$/;

export function ruleOfArn(text: string): RuleName | undefined {
  const [, region, account, bus = DEFAULT_BUS, name] = RULE_ARN.exec(text) ?? [];
  return region && account && name ? { account, region, bus, name } : undefined;
}

/** Of a name, that of a rule on the default bus. */
export const ruleArnIn = ({ account, region }: Scope, nameOrArn: string): string =>
  ruleOfArn(nameOrArn) ? nameOrArn : ruleArn({ account, region, bus: DEFAULT_BUS, name: nameOrArn });

/** As ListRules shows it; DescribeRule tells besides who made it. */
export const ruleEntry = (rule: RuleRecord): Omit<DescribeRuleResponse, 'CreatedBy'> => ({
  Name: rule.name,
  Arn: ruleArn(rule),
  EventPattern: rule.pattern,
  ScheduleExpression: rule.schedule,
  State: rule.state,
  Description: rule.description,
  RoleArn: rule.roleArn,
  ManagedBy: rule.managedBy,
  EventBusName: rule.bus,
});

/** A call that changes nothing, as CloudTrail tells it, reaches the rules only that ask for all calls. */
export const isReadOnlyCall = ({ 'detail-type': type, detail }: EventEnvelope): boolean =>
  type === 'AWS API Call via CloudTrail' && (detail as { readOnly?: boolean }).readOnly === true;

/** Whether the rule catches the event. */
export function catches(rule: RuleRecord, event: EventEnvelope, report: ReportFault): boolean {
  const { state } = rule;
  if (state === 'DISABLED') return false;
  if (isReadOnlyCall(event) && state !== 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS') return false;
  return matchesPattern(rule, ruleArn, event, report) ?? false;
}
