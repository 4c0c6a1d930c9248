/** The chosen step of a timeline: the call, who was meant, and what each policy said to it. */
import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { CallDecisions } from '../../../src/explain/what-if/decisions.ts';
import type { TimelineStep } from '../../../src/explain/why/timeline.ts';
import { useAnswer } from '../door/use-answer.ts';
import { Arn, CopyableCode } from '../parts/copyable.tsx';
import { PolicySays } from '../parts/policy-says.tsx';
import { Loaded, OutcomeIndicator } from '../parts/states.tsx';
import { pretty, timeText } from '../parts/words.ts';
import { hrefOf } from '../routes.ts';

export function StepPanel({ step }: { readonly step: TimelineStep }) {
  const { title, rights, at, outcome, who, action, resource, eventId } = step;
  return (
    <section className="step-panel" aria-label={`Selected step: ${title}`} aria-live="polite">
      <SpaceBetween size="m">
        <Box variant="h3" padding="n" className="long-name">
          {title}
        </Box>
        <KeyValuePairs
          columns={3}
          items={[
            { label: 'Outcome', value: <OutcomeIndicator outcome={outcome} /> },
            { label: 'When', value: timeText(at) },
            ...(who
              ? [{ label: 'Who was meant', value: <span className="long-name">{rights ?? who}</span> }]
              : []),
            ...(action ? [{ label: 'Action', value: <span className="long-name">{action}</span> }] : []),
            ...(resource ? [{ label: 'Resource', value: <Arn text={resource} /> }] : []),
          ]}
        />
        {eventId && <Policies key={eventId} eventId={eventId} />}
      </SpaceBetween>
    </section>
  );
}

function Policies({ eventId }: { readonly eventId: string }) {
  const decisions = useAnswer<CallDecisions>('decision', { eventId });
  return (
    <Loaded of={decisions} what="the decision">
      {({ decisions: all, event }) => (
        <SpaceBetween size="s">
          {all.map(
            ({ action, decision }, at) =>
              decision && (
                <div key={`${action} ${decision.resource}`}>
                  <Box variant="awsui-key-label">What each policy said about {action}</Box>
                  <ul className="policy-outcomes">
                    {decision.policies.map((policy, i) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: the same policy may hold at several levels
                      <li key={i}>
                        <span className="long-name">
                          {policy.title} ({policy.policyType})
                        </span>
                        <PolicySays policy={policy} />
                      </li>
                    ))}
                  </ul>
                  <Link href={hrefOf('decision', eventId, String(at))}>Open the decision</Link>
                </div>
              ),
          )}
          <ExpandableSection headerText="The CloudTrail event">
            <CopyableCode text={pretty(event)} what="event" />
          </ExpandableSection>
        </SpaceBetween>
      )}
    </Loaded>
  );
}
