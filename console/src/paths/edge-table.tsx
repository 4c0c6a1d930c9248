/** The graph as a table, broken edges first: for whoever reads rather than looks. */
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import Table from '@cloudscape-design/components/table';
import { useMemo, useState } from 'react';
import type { PathEdge, Paths } from '../../../src/explain/paths.ts';
import { type Outcome, OutcomeIndicator } from '../parts/states.tsx';

const PER_PAGE = 15;
const ORDER = ['broken', 'unknown', 'conditional', 'allowed'] as const;
const OUTCOMES: Readonly<Record<PathEdge['state'], readonly [Outcome, string]>> = {
  broken: ['denied', 'Refused'],
  unknown: ['unknown', 'Cannot tell'],
  conditional: ['failed', 'Under conditions'],
  allowed: ['allowed', 'Allowed'],
};

export function EdgeTable({ of: { nodes, edges } }: { readonly of: Paths }) {
  const [page, setPage] = useState(1);
  const names = useMemo(() => new Map(nodes.map(({ id, name }) => [id, name])), [nodes]);
  const sorted = useMemo(
    () => edges.toSorted((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state)),
    [edges],
  );
  const name = (id: string) => (
    <span className="long-name" title={id}>
      {names.get(id) ?? id}
    </span>
  );
  return (
    <Table
      variant="container"
      contentDensity="compact"
      wrapLines
      items={sorted.slice((page - 1) * PER_PAGE, page * PER_PAGE)}
      header={
        <Header variant="h2" counter={`(${edges.length})`}>
          The same as a table
        </Header>
      }
      pagination={
        <Pagination
          currentPageIndex={page}
          pagesCount={Math.max(1, Math.ceil(sorted.length / PER_PAGE))}
          onChange={({ detail }) => setPage(detail.currentPageIndex)}
        />
      }
      columnDefinitions={[
        {
          id: 'state',
          header: 'State',
          width: 170,
          cell: ({ state }) => <OutcomeIndicator outcome={OUTCOMES[state][0]} text={OUTCOMES[state][1]} />,
        },
        { id: 'from', header: 'From', isRowHeader: true, minWidth: 160, cell: ({ from }) => name(from) },
        { id: 'to', header: 'To', minWidth: 160, cell: ({ to }) => name(to) },
        {
          id: 'label',
          header: 'What',
          minWidth: 200,
          cell: ({ label }) => <span className="long-name">{label}</span>,
        },
        {
          id: 'reason',
          header: 'Why',
          minWidth: 200,
          cell: ({ reason }) => <span className="long-name">{reason}</span>,
        },
      ]}
      ariaLabels={{ tableLabel: 'The edges of the graph' }}
    />
  );
}
