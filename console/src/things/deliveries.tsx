/** Each event that a rule handed to a target: what it was, what became of it, and how often it was tried. */
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useState } from 'react';
import type { Deliveries, ShownDelivery } from '../../../src/control/deliveries.ts';
import type { Place } from '../door/ask.ts';
import { useAnswer } from '../door/use-answer.ts';
import { Loaded, Nothing, type Outcome, OutcomeIndicator } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { plural, pretty } from '../parts/words.ts';
import { hrefOf } from '../routes.ts';
import { useWorld } from '../world.ts';

const PER_PAGE = 25;

export function DeliveryTable({ rule }: { readonly rule: string }) {
  const { place } = useWorld();
  // Of each page that was reached, where it begins.
  const [begins, setBegins] = useState<readonly (number | undefined)[]>([undefined]);
  const before = begins.at(-1);
  const body = { rule, limit: PER_PAGE, before, ...place };
  const found = useAnswer<Deliveries>('deliveries', body, {
    everyMs: before === undefined ? 3000 : undefined,
  });
  return (
    <Loaded of={found} what="the deliveries">
      {({ deliveries, next }) => (
        <Table
          variant="container"
          wrapLines
          items={deliveries}
          trackBy="deliveryId"
          header={
            <Header
              variant="h2"
              description="Each event that the rule caught, and each target that it was handed to; the newest first."
              actions={
                <SpaceBetween size="xs" direction="horizontal">
                  <Button disabled={begins.length === 1} onClick={() => setBegins(begins.slice(0, -1))}>
                    Newer
                  </Button>
                  <Button disabled={next === undefined} onClick={() => setBegins([...begins, next])}>
                    Older
                  </Button>
                </SpaceBetween>
              }
            >
              Deliveries
            </Header>
          }
          empty={
            <Nothing title="Nothing was delivered yet">
              An event that fits the rule shows up here with each target, as soon as it is handed over.
            </Nothing>
          }
          columnDefinitions={columnsFor(rule, place)}
          ariaLabels={{ tableLabel: 'Deliveries' }}
        />
      )}
    </Loaded>
  );
}

const OUTCOMES: Readonly<Record<ShownDelivery['outcome'], readonly [Outcome, string]>> = {
  delivered: ['allowed', 'Delivered'],
  refused: ['denied', 'Refused'],
  retrying: ['failed', 'Tried again'],
  'given up': ['denied', 'Given up'],
  'nothing to deliver': ['silent', 'Nothing to deliver'],
};

const columnsFor = (rule: string, place: Required<Place>): TableProps.ColumnDefinition<ShownDelivery>[] => [
  {
    id: 'outcome',
    header: 'Outcome',
    minWidth: 150,
    cell: ({ outcome, attempt, nextAttemptAtMs }) => (
      <>
        <OutcomeIndicator outcome={OUTCOMES[outcome][0]} text={OUTCOMES[outcome][1]} />
        {attempt > 1 && <div className="quiet">{plural(attempt, 'try')}</div>}
        {nextAttemptAtMs !== undefined && (
          <div className="quiet">
            next at <Time at={nextAttemptAtMs} />
          </div>
        )}
      </>
    ),
  },
  {
    id: 'event',
    header: 'Event',
    isRowHeader: true,
    minWidth: 200,
    cell: ({ event, input, inputLength, deliveryId }) => (
      <>
        <span className="long-name">
          {event.detailType} <span className="quiet">from {event.source}</span>
        </span>
        {input !== undefined && <Input key={deliveryId} text={input} length={inputLength} />}
      </>
    ),
  },
  {
    id: 'target',
    header: 'Target',
    minWidth: 200,
    cell: ({ target, error, outcome }) => (
      <>
        <div className="long-name">{target.arn}</div>
        {error && (
          <div className="long-name quiet">
            {error.code}: {error.message}
          </div>
        )}
        {outcome === 'refused' && (
          <Link href={hrefOf('problems', place.accountId, place.region, rule)}>Why was it refused?</Link>
        )}
      </>
    ),
  },
  { id: 'at', header: 'When', minWidth: 120, cell: ({ at }) => <Time at={at} /> },
];

function Input({ text, length }: { readonly text: string; readonly length: number }) {
  const rest = length - text.length;
  return (
    <ExpandableSection headerText="What it was handed">
      <pre className="plain-text">
        {rest > 0 ? `${text}… and ${plural(rest, 'character')} more` : pretty(text)}
      </pre>
    </ExpandableSection>
  );
}
