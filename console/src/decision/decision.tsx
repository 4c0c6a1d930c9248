/** One decision: the policies in the order of evaluation, the statement that decided, and what another document would say. */
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type {
  CallDecisions,
  DocumentedDecision,
  RecordedDecision,
} from '../../../src/explain/what-if/decisions.ts';
import { useAnswer } from '../door/use-answer.ts';
import { Arn, CopyableCode } from '../parts/copyable.tsx';
import { Loaded, Nothing } from '../parts/states.tsx';
import { plural, pretty, shortName } from '../parts/words.ts';
import { useWorld } from '../world.ts';
import { ConditionTable } from './condition-table.tsx';
import { PolicySection } from './policy-section.tsx';
import { useEdited } from './use-edited.ts';
import { VerdictBanner } from './verdict-banner.tsx';

export function Decision({ eventId, at }: { readonly eventId: string; readonly at: number }) {
  const decisions = useAnswer<CallDecisions>('decision', { eventId });
  const [chosen, setChosen] = useState(at);
  return (
    <Loaded of={decisions} what="the decision">
      {({ who, event, decisions: all }) => (
        <SpaceBetween size="l">
          <Header
            variant="h1"
            description={`${who}, at ${event.eventTime}. ${plural(all.length, 'decision')} in this call.`}
          >
            <span className="long-name">{`${event.eventSource.split('.')[0]}:${event.eventName}`}</span>
          </Header>
          {all.length > 1 && <Chooser all={all} chosen={chosen} onChoose={setChosen} />}
          {all[chosen] && <One key={chosen} eventId={eventId} at={chosen} of={all[chosen]} />}
          <ExpandableSection variant="container" headerText="The CloudTrail event">
            <CopyableCode text={pretty(event)} what="event" />
          </ExpandableSection>
        </SpaceBetween>
      )}
    </Loaded>
  );
}

function Chooser({
  all,
  chosen,
  onChoose,
}: {
  readonly all: readonly RecordedDecision[];
  readonly chosen: number;
  onChoose(at: number): void;
}) {
  return (
    <SegmentedControl
      label="Which decision of the call"
      selectedId={String(chosen)}
      onChange={({ detail }) => onChoose(Number(detail.selectedId))}
      options={all.map(({ action, resource, allowed }, at) => ({
        id: String(at),
        text: `${action} ${shortName(resource)}`,
        iconName: allowed ? 'status-positive' : 'status-negative',
      }))}
    />
  );
}

function One({
  eventId,
  at,
  of,
}: {
  readonly eventId: string;
  readonly at: number;
  readonly of: RecordedDecision;
}) {
  if (of.decision) return <Documented eventId={eventId} at={at} recorded={of.decision} />;
  return (
    <Container>
      <Nothing title={`${of.action}: ${of.allowed ? 'allowed' : 'denied'}`}>
        <Box variant="p">
          What an allowed call on a resource without a policy of its own was decided by is not kept: nobody
          will ask it again.
        </Box>
      </Nothing>
    </Container>
  );
}

function Documented({
  eventId,
  at,
  recorded,
}: {
  readonly eventId: string;
  readonly at: number;
  readonly recorded: DocumentedDecision;
}) {
  const { place } = useWorld();
  const edited = useEdited(recorded, { eventId, at, ...place });
  const { decision } = edited;
  return (
    <SpaceBetween size="l">
      <VerdictBanner recorded={recorded} edited={edited} />
      <Container
        header={
          <Header
            variant="h2"
            description="In the order of evaluation. Edit one in place: the call is decided again as you type."
          >
            What each policy said
          </Header>
        }
      >
        <SpaceBetween size="s">
          {decision.policies.map((policy, i) => (
            <PolicySection
              // biome-ignore lint/suspicious/noArrayIndexKey: the same policy may hold at several levels
              key={i}
              policy={policy}
              document={recorded.documents[i]}
              edited={edited.documents[i]}
              isDeciding={isDeciding(decision, policy)}
              isLacking={isLacking(decision, policy)}
              fault={edited.fault?.at === i ? edited.fault : undefined}
              onEdit={(text) => edited.edit(i, text)}
            />
          ))}
          {decision.nearGrants.map(({ grantId, grantee, why }) => (
            <Box key={grantId} variant="p" className="long-name">
              Grant {grantId} for <Arn text={grantee} />: {why}
            </Box>
          ))}
        </SpaceBetween>
      </Container>
      <ConditionTable
        conditions={recorded.conditions}
        edited={edited.conditions}
        onEdit={edited.editCondition}
      />
    </SpaceBetween>
  );
}

function isDeciding(
  { decision }: DocumentedDecision,
  { policyName, policyType }: DocumentedDecision['policies'][number],
): boolean {
  const by =
    'by' in decision && typeof decision.by === 'object' && 'policyName' in decision.by
      ? decision.by
      : undefined;
  return by ? by.policyName === policyName && by.policyType === policyType : false;
}

/** Of the kind that should have allowed it, and does not. */
function isLacking(
  { decision }: DocumentedDecision,
  { policyType, outcome }: DocumentedDecision['policies'][number],
): boolean {
  return (
    !decision.allowed && !decision.explicit && decision.policyType === policyType && outcome === 'no match'
  );
}
