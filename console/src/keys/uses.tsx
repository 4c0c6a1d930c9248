/** The recorded uses of a key over time, and by whom. */
import BarChart from '@cloudscape-design/components/bar-chart';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { Place } from '../door/ask.ts';
import { useAnswer } from '../door/use-answer.ts';
import { Loaded, Nothing } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { plural, shortName } from '../parts/words.ts';

interface KeyUses {
  readonly total: number;
  readonly stretches: readonly { readonly atMs: number; readonly allowed: number; readonly denied: number }[];
  readonly users: readonly {
    readonly principal: string;
    readonly action: string;
    readonly count: number;
    readonly denied: number;
    readonly last: string;
  }[];
}

export function Uses({ arn, place }: { readonly arn: string; readonly place: Place }) {
  const uses = useAnswer<KeyUses>('key-uses', { key: arn, ...place }, { everyMs: 5000 });
  return (
    <Loaded of={uses} what="the uses">
      {({ total, stretches, users }) => (
        <SpaceBetween size="l">
          <Container
            header={
              <Header variant="h2" description={`${plural(total, 'decision')} about this key on record.`}>
                Uses over time
              </Header>
            }
          >
            {total > 0 ? <Plot stretches={stretches} /> : <Nothing title="Nobody has used it yet" />}
          </Container>
          {users.length > 0 && <Users users={users} />}
        </SpaceBetween>
      )}
    </Loaded>
  );
}

const timeLabel = (at: Date) => at.toISOString().slice(5, 19).replace('T', ' ');

function Plot({ stretches }: { readonly stretches: KeyUses['stretches'] }) {
  const series = (title: string, color: string, of: 'allowed' | 'denied') => ({
    title,
    type: 'bar' as const,
    color,
    data: stretches.map((each) => ({ x: new Date(each.atMs), y: each[of] })),
  });
  return (
    <BarChart<Date>
      stackedBars
      height={220}
      hideFilter
      xScaleType="categorical"
      xTickFormatter={timeLabel}
      series={[series('Allowed', 'var(--good)', 'allowed'), series('Denied', 'var(--bad)', 'denied')]}
      ariaLabel="Decisions about the key over time"
      xTitle="Time (UTC)"
      yTitle="Decisions"
      i18nStrings={{ xTickFormatter: timeLabel }}
    />
  );
}

function Users({ users }: { readonly users: KeyUses['users'] }) {
  return (
    <Table
      variant="container"
      wrapLines
      items={users}
      header={<Header variant="h2">By whom</Header>}
      columnDefinitions={[
        {
          id: 'who',
          header: 'Who',
          isRowHeader: true,
          minWidth: 220,
          cell: ({ principal }) => (
            <span className="long-name" title={principal}>
              {shortName(principal)}
            </span>
          ),
        },
        { id: 'action', header: 'Action', minWidth: 180, cell: ({ action }) => action },
        { id: 'count', header: 'Times', minWidth: 100, cell: ({ count }) => count.toLocaleString('en') },
        {
          id: 'denied',
          header: 'Denied',
          minWidth: 100,
          cell: ({ denied }) =>
            denied > 0 ? <span className="may-not">{denied.toLocaleString('en')}</span> : '0',
        },
        { id: 'last', header: 'Last', minWidth: 120, cell: ({ last }) => <Time at={last} /> },
      ]}
      ariaLabels={{ tableLabel: 'Who used the key' }}
    />
  );
}
