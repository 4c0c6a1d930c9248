/** Those that one node of the graph stands for, each a link to what is about it. */
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { PathNode } from '../../../src/explain/paths/paths.ts';
import { Nothing } from '../parts/states.tsx';
import { useFinder } from '../parts/use-finder.tsx';
import { plural } from '../parts/words.ts';
import { hrefOf } from '../routes.ts';
import type { Cluster } from './clusters.ts';

const FINDER = {
  perPage: 10,
  label: 'Find one of them by name',
  placeholder: 'Find one of them by name',
};

interface MembersProps {
  readonly of: Cluster;
  readonly isAlike: boolean;
  readonly closeHref: string;
}

export function Members({ of, isAlike, closeHref }: MembersProps) {
  const find = useFinder(FINDER);
  const { members, noun, count } = of;
  const { shown, filter, pagination } = find(members, ({ id, name }, text) =>
    `${name} ${id}`.toLowerCase().includes(text.toLowerCase()),
  );
  const title = isAlike ? `${plural(count, noun)} like this` : plural(count, noun);
  return (
    <Table
      variant="container"
      contentDensity="compact"
      wrapLines
      trackBy="id"
      items={shown}
      header={
        <Header
          variant="h2"
          description={
            isAlike
              ? 'They are related in the same way to everything else shown.'
              : 'They are of one kind, but do not all reach the same: choose one to see what it reaches.'
          }
          actions={<Button href={closeHref}>Close the list</Button>}
        >
          {title}
        </Header>
      }
      filter={filter}
      pagination={pagination}
      empty={<Nothing title="None has that name" />}
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
