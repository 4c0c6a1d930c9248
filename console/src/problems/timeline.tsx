/** How it went: a row for each step, in the lane of who acts; the chosen step is told beside it. */
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Icon, { type IconProps } from '@cloudscape-design/components/icon';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Timeline, TimelineStep } from '../../../src/explain/why/timeline.ts';
import { useAnswer } from '../door/use-answer.ts';
import { Loaded, Nothing } from '../parts/states.tsx';
import { StepPanel } from './step-panel.tsx';
import type { Asked } from './why-it-stopped.tsx';

const LANES = ['caller', 'service', 'kms', 'resource'] as const;

const ICONS: Readonly<Record<TimelineStep['outcome'], IconProps.Name>> = {
  allowed: 'status-positive',
  denied: 'status-negative',
  failed: 'status-warning',
  changed: 'status-info',
};

const SPOKEN: Readonly<Record<TimelineStep['outcome'], string>> = {
  allowed: 'allowed',
  denied: 'denied',
  failed: 'failed',
  changed: 'happened',
};

export function TimelineOf({
  title,
  asked,
  everyMs,
}: {
  readonly title: string;
  readonly asked: Asked;
  readonly everyMs?: number;
}) {
  const timeline = useAnswer<Timeline>('timeline', asked, { everyMs });
  return (
    <Container header={<Header variant="h2">{title}</Header>}>
      <Loaded of={timeline} what="what happened">
        {(found) =>
          found.steps.length > 0 ? (
            <Steps of={found} first={everyMs === undefined ? 'cause' : 'end'} />
          ) : (
            <Nothing title="Nothing about it is on record">
              It may have happened before the record begins.
            </Nothing>
          )
        }
      </Loaded>
    </Container>
  );
}

function Steps({
  of: { lanes, steps },
  first,
}: {
  readonly of: Timeline;
  /** What is shown until one is chosen. */
  readonly first: 'cause' | 'end';
}) {
  const cause = steps.findIndex(({ isCause }) => isCause);
  const [chosen, setChosen] = useState<number>();
  const at = chosen ?? (first === 'end' ? steps.length - 1 : Math.max(0, cause));
  const step = steps[at];
  // A lane in which nothing happens takes no room.
  const used = LANES.filter((lane) =>
    steps.some((each) => each.lane === lane || (lane === 'service' && each.rights !== undefined)),
  );
  return (
    <SpaceBetween size="m">
      <div className="timeline" data-lanes={used.length}>
        <div className="timeline-lanes" aria-hidden="true">
          {used.map((lane) => (
            <span key={lane} className="long-name">
              {lanes[lane]}
            </span>
          ))}
        </div>
        <ol className="timeline-steps">
          {steps.map((each, i) => (
            <Step
              // biome-ignore lint/suspicious/noArrayIndexKey: steps have no other name, and keep their order
              key={i}
              step={each}
              lane={lanes[each.lane]}
              column={used.indexOf(each.lane) + 1}
              serviceColumn={used.indexOf('service') + 1}
              isChosen={i === at}
              onChoose={() => setChosen(i)}
            />
          ))}
        </ol>
      </div>
      {step && <StepPanel step={step} />}
    </SpaceBetween>
  );
}

const VARIANTS = { allowed: 'success', denied: 'error', failed: 'warning', changed: 'subtle' } as const;

function Step({
  step: { title, detail, rights, outcome, at },
  lane,
  column,
  serviceColumn,
  isChosen,
  onChoose,
}: {
  readonly step: TimelineStep;
  readonly lane: string;
  readonly column: number;
  readonly serviceColumn: number;
  readonly isChosen: boolean;
  onChoose(): void;
}) {
  return (
    <li className={`timeline-row lane-${column}`}>
      {rights && column > serviceColumn && (
        <span className={`timeline-from from-${serviceColumn} is-${outcome}`} aria-hidden="true">
          {rights}
        </span>
      )}
      <button
        type="button"
        className={`timeline-step is-${outcome}`}
        aria-pressed={isChosen}
        onClick={onChoose}
      >
        <span className="timeline-meta">
          <span className="timeline-lane">{lane}</span>
          <time dateTime={at}>{at.slice(11, 19)}</time>
        </span>
        <span className="timeline-title long-name">
          <Icon name={ICONS[outcome]} variant={VARIANTS[outcome]} ariaLabel={SPOKEN[outcome]} /> {title}
        </span>
        {rights && <span className="timeline-detail timeline-rights">{rights}</span>}
        {detail && <span className="timeline-detail long-name">{detail}</span>}
      </button>
    </li>
  );
}
