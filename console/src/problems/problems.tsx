/** The first screen: what is wrong now, the newest first, and why the chosen one stopped. */
import Badge from '@cloudscape-design/components/badge';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useMemo, useRef, useState } from 'react';
import type { StandingProblem } from '../../../src/explain/why/standing.ts';
import { useAnswer } from '../door/use-answer.ts';
import { Loaded } from '../parts/states.tsx';
import { ago, plural, timeText } from '../parts/words.ts';
import { go, hrefOf } from '../routes.ts';
import { useWorld } from '../world.ts';
import { AllWell } from './all-well.tsx';
import { AskAbout } from './ask-about.tsx';
import { byCause, type Cause } from './causes.ts';
import { type Asked, WhyItStopped } from './why-it-stopped.tsx';

const PER_PAGE = 5;
const POLL_MS = 3000;

const KINDS: Readonly<Record<StandingProblem['kind'], string>> = {
  instance: 'Instance',
  volume: 'Volume',
  snapshot: 'Snapshot',
  group: 'Auto Scaling group',
  stack: 'Stack',
  call: 'Call',
};

/** `chosen`: account, Region and subject. */
export function Problems({ chosen }: { readonly chosen: readonly string[] }) {
  // Who reads about one is not led away by the next.
  const first = useRef<Asked>(undefined);
  const problems = useAnswer<{ problems: StandingProblem[] }>('problems', {}, { everyMs: POLL_MS });
  return (
    <Loaded of={problems} what="what is wrong now">
      {({ problems: all }) => {
        const [accountId, region, subject] = chosen;
        const [newest] = all;
        first.current ??= newest && askedOf(newest);
        const asked = accountId && region && subject ? { accountId, region, subject } : first.current;
        return (
          <SpaceBetween size="l">
            {all.length > 0 && <ProblemTable all={all} subject={asked?.subject} />}
            {all.length === 0 && asked && (
              <Header variant="h1" description="Nothing is wrong now.">
                Why did it stop?
              </Header>
            )}
            <AskAbout />
            {asked ? (
              <WhyItStopped key={`${asked.accountId} ${asked.region} ${asked.subject}`} of={asked} />
            ) : (
              <AllWell />
            )}
          </SpaceBetween>
        );
      }}
    </Loaded>
  );
}

const askedOf = ({ account, region, subject }: StandingProblem): Asked => ({
  accountId: account,
  region,
  subject,
});

function ProblemTable({
  all,
  subject,
}: {
  readonly all: readonly StandingProblem[];
  readonly subject?: string;
}) {
  const causes = useMemo(() => byCause(all), [all]);
  const chosen = causes.findIndex((cause) =>
    [cause, ...cause.others].some((each) => each.subject === subject),
  );
  const [page, setPage] = useState(Math.floor(Math.max(0, chosen) / PER_PAGE) + 1);
  const [opened, setOpened] = useState<readonly string[]>([]);
  const pages = Math.max(1, Math.ceil(causes.length / PER_PAGE));
  const shown = Math.min(page, pages);
  return (
    <Table<Cause>
      variant="container"
      selectionType="single"
      trackBy={nameOf}
      items={causes.slice((shown - 1) * PER_PAGE, shown * PER_PAGE)}
      selectedItems={causes
        .flatMap((cause) => [cause, ...cause.others])
        .filter((each) => each.subject === subject)}
      onSelectionChange={({ detail: { selectedItems } }) => openProblem(selectedItems[0])}
      onRowClick={({ detail: { item } }) => openProblem(item)}
      expandableRows={{
        getItemChildren: ({ others }) => [...others],
        isItemExpandable: ({ others }) => others.length > 0,
        expandedItems: causes.filter((cause) => opened.includes(nameOf(cause))),
        onExpandableItemToggle: ({ detail: { item, expanded } }) =>
          setOpened((last) =>
            expanded ? [...last, nameOf(item)] : last.filter((each) => each !== nameOf(item)),
          ),
      }}
      columnDefinitions={useColumns()}
      wrapLines
      header={
        <Header
          variant="h1"
          counter={`(${causes.length})`}
          description={`What is wrong now, the newest first${all.length > causes.length ? `: ${plural(all.length, 'thing')}, those of one cause together` : ''}.`}
        >
          Why did it stop?
        </Header>
      }
      pagination={
        pages > 1 && (
          <Pagination
            currentPageIndex={shown}
            pagesCount={pages}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
            ariaLabels={{ nextPageLabel: 'Next page', previousPageLabel: 'Previous page' }}
          />
        )
      }
      ariaLabels={ARIA_LABELS}
    />
  );
}

const ARIA_LABELS: TableProps.AriaLabels<Cause> = {
  selectionGroupLabel: 'What is to be explained',
  itemSelectionLabel: (_, item) => item.symptom,
  tableLabel: 'What is wrong now',
  expandButtonLabel: ({ symptom }) => `Show what else failed for the same cause as: ${symptom}`,
  collapseButtonLabel: ({ symptom }) => `Hide what else failed for the same cause as: ${symptom}`,
};

const nameOf = ({ account, region, kind, subject }: StandingProblem) =>
  [account, region, kind, subject].join(' ');

function useColumns(): TableProps.ColumnDefinition<Cause>[] {
  const { world } = useWorld();
  const isOneAccount = new Set(world.accounts).size < 2;
  return [
    {
      id: 'what',
      header: 'What went wrong',
      isRowHeader: true,
      minWidth: 320,
      cell: ({ symptom, kind, count, others }) => (
        <SpaceBetween size="xxs">
          <SpaceBetween size="xs" direction="horizontal">
            <Badge color={kind === 'call' ? 'grey' : 'red'}>{KINDS[kind]}</Badge>
            {count !== undefined && count > 1 && <Badge>{count} times</Badge>}
          </SpaceBetween>
          <span className="long-name">{symptom}</span>
          {others.length > 0 && <span className="quiet">and {countsOf(others)} for the same cause</span>}
        </SpaceBetween>
      ),
    },
    {
      id: 'call',
      header: 'Refused',
      minWidth: 170,
      cell: ({ who, action }) =>
        action ? (
          <>
            <div className="long-name">{action}</div>
            <div className="quiet long-name">for {who}</div>
          </>
        ) : (
          '-'
        ),
    },
    ...(isOneAccount
      ? []
      : [
          {
            id: 'account',
            header: 'Account',
            minWidth: 130,
            cell: ({ account }: StandingProblem) => account,
          },
        ]),
    {
      id: 'at',
      header: 'When',
      minWidth: 110,
      cell: ({ at }) => <span title={timeText(at)}>{at ? ago(at, world.nowMs) : '-'}</span>,
    },
  ];
}

function countsOf(others: readonly StandingProblem[]): string {
  const kinds = Map.groupBy(others, ({ kind }) => kind);
  return [...kinds].map(([kind, { length }]) => plural(length, nounOf(kind))).join(', ');
}

const nounOf = (kind: StandingProblem['kind']) => (kind === 'group' ? KINDS.group : kind);

function openProblem(problem: StandingProblem | undefined): void {
  if (problem) go(hrefOf('problems', problem.account, problem.region, problem.subject));
}
