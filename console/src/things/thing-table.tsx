/** One kind of thing, by pages of AWS's own listing: however many there are, a page is asked for at a time. */
import Alert from '@cloudscape-design/components/alert';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Pagination from '@cloudscape-design/components/pagination';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useCallback, useState } from 'react';
import { describe } from '../door/ask.ts';
import { useLoaded } from '../door/use-answer.ts';
import { Nothing } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { hrefOf } from '../routes.ts';
import { useWorld } from '../world.ts';
import type { Column, Kind, Shown } from './kind.ts';

const PER_PAGE = 50;

export function ThingTable({ kind, name }: { readonly kind: Kind; readonly name: string }) {
  const { place } = useWorld();
  const [find, setFind] = useState('');
  /** Of each page that was reached, the token by which it is asked for. */
  const [tokens, setTokens] = useState<readonly (string | undefined)[]>([undefined]);
  const [page, setPage] = useState(1);
  const token = tokens[page - 1];
  const load = useCallback(
    (signal: AbortSignal) =>
      describe<Shown>(kind.service, kind.operation, kind.input(PER_PAGE, token, find.trim()), place, signal),
    [kind, token, find, place],
  );
  const { answer, error, isLoading } = useLoaded(load, { everyMs: 5000 });
  const next = answer?.[kind.token] as string | undefined;
  const turnTo = (to: number) => {
    if (to === tokens.length + 1) setTokens([...tokens, next]);
    setPage(to);
  };
  const isSearching = find.trim() !== '';
  return (
    <Table
      variant="container"
      wrapLines
      loading={isLoading}
      loadingText={`Loading ${kind.label}`}
      items={answer ? kind.items(answer) : []}
      header={<Header variant="h2">{kind.label}</Header>}
      filter={
        <TextFilter
          filteringText={find}
          filteringPlaceholder={kind.findBy}
          filteringAriaLabel={kind.findBy}
          onChange={({ detail }) => {
            setFind(detail.filteringText);
            setTokens([undefined]);
            setPage(1);
          }}
        />
      }
      pagination={
        <Pagination
          currentPageIndex={page}
          pagesCount={Math.max(tokens.length, page + (next ? 1 : 0))}
          openEnd={next !== undefined}
          onChange={({ detail }) => turnTo(detail.currentPageIndex)}
        />
      }
      empty={<Empty kind={kind} error={error} isSearching={isSearching} />}
      columnDefinitions={[idColumn(kind, name, place), ...kind.columns.map(columnOf)]}
      ariaLabels={{ tableLabel: kind.label }}
    />
  );
}

function Empty({
  kind,
  error,
  isSearching,
}: {
  readonly kind: Kind;
  readonly error: Error | undefined;
  readonly isSearching: boolean;
}) {
  if (error) return <Alert type="error">{error.message}</Alert>;
  if (isSearching) return <Nothing title="Nothing has that name" />;
  return <Nothing title={kind.empty}>{kind.hint}</Nothing>;
}

function idColumn(
  kind: Kind,
  name: string,
  { accountId, region }: { readonly accountId: string; readonly region: string },
): TableProps.ColumnDefinition<Shown> {
  const hrefTo = (thing: Shown) => {
    const id = kind.idOf(thing);
    if (kind.detail) return hrefOf('things', name, id);
    if (!kind.isExplained) return undefined;
    return hrefOf('problems', accountId, region, kind.service === 'iam' ? String(thing.Arn) : id);
  };
  return {
    id: 'id',
    header: 'Name or id',
    isRowHeader: true,
    minWidth: 200,
    cell: (thing) => {
      const href = hrefTo(thing);
      const id = <span className="long-name">{kind.idOf(thing)}</span>;
      const name = kind.nameOf?.(thing);
      return (
        <>
          {href ? <Link href={href}>{id}</Link> : id}
          {name && <div className="quiet long-name">{name}</div>}
        </>
      );
    },
  };
}

export function columnOf({
  header,
  width = 110,
  of,
  isState,
  isTime,
}: Column): TableProps.ColumnDefinition<Shown> {
  return {
    id: header,
    header,
    minWidth: width,
    cell: (thing) =>
      isState ? (
        <State text={of(thing)} />
      ) : isTime ? (
        <Time at={timeOf(of(thing))} />
      ) : (
        <span className="long-name">{of(thing)}</span>
      ),
  };
}

/** AWS gives some as numbers, some as texts. */
const timeOf = (text: string) => (/^\d+(?:\.\d+)?$/.test(text) ? Number(text) : text);

/** How a state reads, whichever service's it is. */
const STATES: readonly (readonly [RegExp, StatusIndicatorProps.Type])[] = [
  [/fail|cancel|rollback|error|impaired/i, 'error'],
  [/pending|progress|creating|waiting|shutting|stopping|deleting|attaching/i, 'in-progress'],
  [/^(?:stopped|terminated|deleted|disabled)$/i, 'stopped'],
  [/./, 'success'],
];

function State({ text }: { readonly text: string }) {
  const [, type] = STATES.find(([pattern]) => pattern.test(text)) ?? [];
  return <StatusIndicator type={type}>{text}</StatusIndicator>;
}
