/** Those that one node of the graph stands for, each a link to what is about it. */
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Pagination from '@cloudscape-design/components/pagination';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useState } from 'react';
import type { PathNode } from '../../../src/explain/paths/paths.ts';
import { Nothing } from '../parts/states.tsx';
import { plural } from '../parts/words.ts';
import { hrefOf } from '../routes.ts';
import type { Cluster } from './clusters.ts';

const PER_PAGE = 10;

interface MembersProps {
  readonly of: Cluster;
  readonly isAlike: boolean;
  readonly closeHref: string;
}

export function Members({ of, isAlike, closeHref }: MembersProps) {
  const [text, setText] = useState('');
  const [page, setPage] = useState(1);
  const { members, noun, count } = of;
  const wanted = text.trim().toLowerCase();
  const found = members.filter(({ id, name }) => `${name} ${id}`.toLowerCase().includes(wanted));
  const title = isAlike ? `${plural(count, noun)} like this` : plural(count, noun);
  return (
    <Table
      variant="container"
      contentDensity="compact"
      wrapLines
      trackBy="id"
      items={found.slice((page - 1) * PER_PAGE, page * PER_PAGE)}
      header={
        <Header
          variant="h2"
          description={
            isAlike
              ? 'They stand in the same way to everything else that is shown.'
              : 'They are of one kind, and do not all reach the same: choose one to see what it reaches.'
          }
          actions={<Button href={closeHref}>Close the list</Button>}
        >
          {title}
        </Header>
      }
      filter={
        <TextFilter
          filteringText={text}
          filteringPlaceholder="Find one of them by name"
          filteringAriaLabel="Find one of them by name"
          onChange={({ detail }) => {
            setText(detail.filteringText);
            setPage(1);
          }}
        />
      }
      pagination={
        <Pagination
          currentPageIndex={page}
          pagesCount={Math.max(1, Math.ceil(found.length / PER_PAGE))}
          onChange={({ detail }) => setPage(detail.currentPageIndex)}
        />
      }
      empty={<Nothing title="None is called so" />}
      columnDefinitions={COLUMNS}
      ariaLabels={{ tableLabel: title }}
    />
  );
}

const COLUMNS: TableProps.ColumnDefinition<PathNode>[] = [
  {
    id: 'name',
    header: 'Name',
    isRowHeader: true,
    minWidth: 180,
    cell: ({ id, name, count: many }) =>
      many === undefined ? (
        <Link href={hrefOf('paths', id)}>
          <span className="long-name">{name}</span>
        </Link>
      ) : (
        `${name}, which are not listed here`
      ),
  },
  {
    id: 'id',
    header: 'ARN or id',
    minWidth: 200,
    cell: ({ id, count: many }) => <span className="long-name">{many === undefined ? id : '-'}</span>,
  },
  { id: 'account', header: 'Account', minWidth: 130, cell: ({ account }) => account ?? '-' },
];
