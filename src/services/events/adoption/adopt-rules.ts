/** Event buses of real accounts with their policies, and rules. Targets are known of rules on the default bus. */
import type { Scope } from '../../../aws/scope.ts';
import type { Tags } from '../../../aws/tags.ts';
import { type Adoption, entriesOf, noteOrigin, timeOf } from '../../../invoke/imported/described.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import type { EventBus, Rule, Tag, Target } from '../../../shapes/generated/events.ts';
import { buses, DEFAULT_BUS } from '../bus/bus.ts';
import { describedEncryption } from '../encryption/encryption.ts';
import { type RuleState, ruleArn, rules } from '../rule/rule.ts';

export async function adoptRules(adoption: Adoption): Promise<void> {
  for (const account of adoption.described.accounts()) {
    for (const region of adoption.described.regions()) {
      adoptBuses(adoption, { account, region });
      adoptRulesOf(adoption, { account, region });
    }
  }
}

function adoptBuses(adoption: Adoption, scope: Scope): void {
  for (const bus of entriesOf<EventBus>(adoption, 'events:ListEventBuses', scope, 'EventBuses')) {
    adoption.tx.put(buses, {
      ...scope,
      name: bus.Name ?? DEFAULT_BUS,
      description: bus.Description,
      policy: bus.Policy,
      ...describedEncryption(keyRead(adoption, scope, bus.Name)),
      tags: tagsRead(adoption, scope, bus.Arn),
      createdAtMs: timeOf(bus.CreationTime),
      modifiedAtMs: timeOf(bus.LastModifiedTime),
    });
  }
}

const keyRead = ({ described }: Adoption, scope: Scope, Name: string | undefined): string | undefined =>
  described.get('events:DescribeEventBus', scope, { Name })?.output?.KmsKeyIdentifier as string | undefined;

const tagsRead = ({ described }: Adoption, scope: Scope, ResourceARN: string | undefined): Tags =>
  tagRecord(
    described.get('events:ListTagsForResource', scope, { ResourceARN })?.output?.Tags as
      | readonly Tag[]
      | undefined,
  );

function adoptRulesOf(adoption: Adoption, scope: Scope): void {
  const operation = 'events:ListRules';
  const [answer] = adoption.described.of(operation, scope) ?? [];
  for (const described of entriesOf<Rule>(adoption, operation, scope, 'Rules')) {
    const { Name: name = '', EventBusName: bus = DEFAULT_BUS } = described;
    const targets = adoption.described.get('events:ListTargetsByRule', scope, { Rule: name })?.output
      ?.Targets;
    const rule = {
      ...scope,
      bus,
      name,
      pattern: described.EventPattern,
      schedule: described.ScheduleExpression,
      state: (described.State ?? 'ENABLED') as RuleState,
      description: described.Description,
      roleArn: described.RoleArn,
      managedBy: described.ManagedBy,
      createdBy: scope.account,
      tags: tagsRead(adoption, scope, described.Arn),
      targets: bus === DEFAULT_BUS ? ((targets as readonly Target[] | undefined) ?? []) : [],
      scheduleRevision: 0,
    };
    adoption.tx.put(rules, rule);
    if (answer) noteOrigin(adoption, ruleArn(rule), operation, answer);
  }
}
