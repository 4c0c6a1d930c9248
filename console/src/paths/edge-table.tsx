/** The graph as a table, broken edges first: for whoever reads rather than looks. */
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useMemo, useState } from 'react';
import type { PathEdge } from '../../../src/explain/paths/paths.ts';
import { type Outcome, OutcomeIndicator } from '../parts/states.tsx';
import { plural } from '../parts/words.ts';
import type { Cluster, ClusterEdge, Clusters } from './clusters.ts';

const PER_PAGE = 15;
const ORDER = ['broken', 'unknown', 'conditional', 'allowed'] as const;
const OUTCOMES: Readonly<Record<PathEdge['state'], { readonly outcome: Outcome; readonly text: string }>> = {
  broken: { outcome: 'denied', text: 'Refused' },
  unknown: { outcome: 'unknown', text: 'Cannot tell' },
  conditional: { outcome: 'failed', text: 'Under conditions' },
  allowed: { outcome: 'allowed', text: 'Allowed' },
};

const outcomeOf = (state: PathEdge['state'], label: string) =>
  label === 'failed' ? { outcome: 'denied' as const, text: 'Failed for it' } : OUTCOMES[state];

export function EdgeTable({ of: { nodes, edges } }: { readonly of: Clusters }) {
  const [page, setPage] = useState(1);
  const columns = useMemo(() => columnsFor(nodes), [nodes]);
  const sorted = useMemo(
    () => edges.toSorted((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state)),
    [edges],
  );
  return (
    <Table
      variant="container"
      contentDensity="compact"
      wrapLines
      items={sorted.slice((page - 1) * PER_PAGE, page * PER_PAGE)}
      header={
        <Header variant="h2" counter={`(${edges.length})`}>
          As a table
        </Header>
      }
      pagination={
        <Pagination
          currentPageIndex={page}
          pagesCount={Math.max(1, Math.ceil(sorted.length / PER_PAGE))}
          onChange={({ detail }) => setPage(detail.currentPageIndex)}
        />
      }
      columnDefinitions={columns}
      ariaLabels={{ tableLabel: 'The edges of the graph' }}
    />
  );
}

const nameOf = ({ name, noun, count, members }: Cluster) =>
  members.length > 1 ? `${plural(count, noun)}, such as ${name}` : name;

function columnsFor(nodes: readonly Cluster[]): TableProps.ColumnDefinition<ClusterEdge>[] {
  const names = new Map(nodes.map((node) => [node.id, nameOf(node)]));
  const name = (id: string) => (
    <span className="long-name" title={id}>
      {names.get(id) ?? id}
    </span>
  );
  return [
    {
      id: 'state',
      header: 'State',
      minWidth: 150,
      cell: ({ state, label }) => <OutcomeIndicator {...outcomeOf(state, label)} />,
    },
    {
      id: 'between',
      header: 'From and to',
      isRowHeader: true,
      minWidth: 260,
      cell: ({ from, to }) => (
        <>
          {name(from)} → {name(to)}
        </>
      ),
    },
    {
      id: 'why',
      header: 'What, and why',
      minWidth: 320,
      cell: ({ label, reason }) => (
        <>
          {label !== 'failed' && <div className="long-name">{label}</div>}
          {reason && <div className="long-name quiet">{reason}</div>}
        </>
      ),
    },
  ];
}
