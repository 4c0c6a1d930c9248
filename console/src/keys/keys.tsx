/** The keys of a place, and the page of the chosen one. */
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useCallback } from 'react';
import { describe, describeAll, type Place } from '../door/ask.ts';
import { useLoaded } from '../door/use-answer.ts';
import { Loaded, Nothing } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { useFinder } from '../parts/use-finder.tsx';
import { ago, timeText } from '../parts/words.ts';
import { hrefOf } from '../routes.ts';
import { useWorld } from '../world.ts';
import { KeyPage } from './key-page.tsx';
import { KeyState } from './key-state.tsx';
import { type KeyUserCount, UserCount, useUserCounts } from './user-count.tsx';

export interface KeyMetadata {
  readonly KeyId: string;
  readonly Arn: string;
  readonly KeyState: string;
  readonly KeyManager?: string;
  readonly KeySpec?: string;
  readonly KeyUsage?: string;
  readonly Origin?: string;
  readonly MultiRegion?: boolean;
  readonly Description?: string;
  readonly CreationDate?: number;
  readonly DeletionDate?: number;
}

interface NamedKey {
  readonly id: string;
  readonly aliases: readonly string[];
}

const FINDER = {
  perPage: 25,
  label: 'Find a key',
  placeholder: 'Find a key by alias or id',
  counts: true,
};
/** Pages of a thousand, which AWS gives at most; beyond, one looks a key up by its ARN. */
const MAX_PAGES = 20;

async function listKeys(place: Place, signal: AbortSignal): Promise<NamedKey[]> {
  const aliases = new Map<string, string[]>();
  for await (const page of pages<{ Aliases: { AliasName: string; TargetKeyId?: string }[] }>(
    'ListAliases',
    place,
    signal,
  )) {
    for (const { AliasName, TargetKeyId } of page.Aliases) {
      if (TargetKeyId) aliases.set(TargetKeyId, [...(aliases.get(TargetKeyId) ?? []), AliasName]);
    }
  }
  const keys: NamedKey[] = [];
  for await (const page of pages<{ Keys: { KeyId: string }[] }>('ListKeys', place, signal)) {
    keys.push(...page.Keys.map(({ KeyId }) => ({ id: KeyId, aliases: aliases.get(KeyId) ?? [] })));
  }
  // Those with names first: nobody knows a key by its id.
  return keys.sort((one, other) => nameOf(one).localeCompare(nameOf(other)));
}

const nameOf = ({ id, aliases }: NamedKey) => aliases[0] ?? `~${id}`;

async function* pages<T>(operation: string, place: Place, signal: AbortSignal) {
  let Marker: string | undefined;
  for (let count = 0; count < MAX_PAGES; count++) {
    const page = await describe<T & { NextMarker?: string }>(
      'kms',
      operation,
      { Marker, Limit: 100 },
      place,
      signal,
    );
    yield page;
    Marker = page.NextMarker;
    if (!Marker) return;
  }
}

export function Keys({ chosen }: { readonly chosen: string | undefined }) {
  if (chosen) return <KeyPage key={chosen} arn={chosen} />;
  return <KeyTable />;
}

function KeyTable() {
  const { place } = useWorld();
  const load = useCallback((signal: AbortSignal) => listKeys(place, signal), [place]);
  const keys = useLoaded(load, { everyMs: 15_000 });
  const find = useFinder(FINDER);
  return (
    <Loaded of={keys} what="the keys">
      {(all) => {
        const { shown, filter, pagination } = find(all, ({ id, aliases }, text) =>
          `${id} ${aliases.join(' ')}`.includes(text),
        );
        return (
          <ShownKeys
            shown={shown}
            header={
              <Header
                variant="h1"
                counter={`(${all.length})`}
                description={`In account ${place.accountId}, ${place.region}.`}
              >
                Keys
              </Header>
            }
            filter={filter}
            pagination={pagination}
          />
        );
      }}
    </Loaded>
  );
}

interface ShownProps {
  readonly shown: readonly NamedKey[];
  readonly header: React.ReactNode;
  readonly filter: React.ReactNode;
  readonly pagination: React.ReactNode;
}

interface DescribedKey {
  readonly metadata?: KeyMetadata;
  readonly lastUse?: LastUse;
}

interface LastUse {
  readonly Operation?: string;
  readonly Timestamp?: number;
}

/** What is on the page is described; of the others there are names. */
function useDescribed(ids: readonly string[]): ReadonlyMap<string, DescribedKey> | undefined {
  const { place } = useWorld();
  const text = ids.join();
  const load = useCallback(
    async (signal: AbortSignal) => {
      const names = text.split(',').filter(Boolean);
      const calls = ['DescribeKey', 'GetKeyLastUsage'].flatMap((operation) =>
        names.map((KeyId) => ({ service: 'kms', operation, input: { KeyId } })),
      );
      const answers = await describeAll<{ KeyMetadata?: KeyMetadata; KeyLastUsage?: LastUse }>(
        calls,
        place,
        signal,
      );
      return new Map(
        names.map((id, at) => [
          id,
          {
            metadata: answers[at]?.output?.KeyMetadata,
            lastUse: answers[names.length + at]?.output?.KeyLastUsage,
          },
        ]),
      );
    },
    [text, place],
  );
  return useLoaded(load, { everyMs: 5000 }).answer;
}

function ShownKeys({ shown, header, filter, pagination }: ShownProps) {
  const ids = shown.map(({ id }) => id);
  const described = useDescribed(ids);
  const counts = useUserCounts(ids);
  const rows = shown.map((key) => ({ ...key, ...described?.get(key.id), users: counts.get(key.id) }));
  return (
    <Table
      variant="container"
      items={rows}
      trackBy="id"
      header={header}
      filter={filter}
      pagination={pagination}
      wrapLines
      empty={
        <Nothing title="There is no key here">
          Keys are made by aws kms create-key, and by whatever encrypts in your templates.
        </Nothing>
      }
      columnDefinitions={COLUMNS}
      ariaLabels={{ tableLabel: 'Keys' }}
    />
  );
}

type Row = NamedKey & DescribedKey & { readonly users: KeyUserCount | undefined };

const COLUMNS: TableProps.ColumnDefinition<Row>[] = [
  {
    id: 'name',
    header: 'Key',
    isRowHeader: true,
    minWidth: 210,
    cell: ({ id, aliases, metadata }) => (
      <>
        <Link href={hrefOf('keys', metadata?.Arn ?? id)}>
          <span className="long-name">{aliases[0] ?? id}</span>
        </Link>
        {aliases.length > 0 && <div className="quiet long-name">{id}</div>}
      </>
    ),
  },
  {
    id: 'state',
    header: 'State',
    minWidth: 170,
    cell: ({ metadata }) => metadata && <KeyState of={metadata} />,
  },
  { id: 'users', header: 'Who may', minWidth: 110, cell: ({ users }) => <UserCount of={users} /> },
  {
    id: 'last',
    header: 'Last used',
    minWidth: 130,
    cell: ({ lastUse }) => lastUse && <LastUsed of={lastUse} />,
  },
  {
    id: 'spec',
    header: 'Spec',
    minWidth: 190,
    cell: ({ metadata }) => (
      <>
        {metadata?.KeySpec ?? '-'}
        {metadata?.KeyManager === 'AWS' && <div className="quiet">managed by AWS</div>}
      </>
    ),
  },
  {
    id: 'created',
    header: 'Created',
    minWidth: 120,
    cell: ({ metadata }) => <Time at={metadata?.CreationDate} />,
  },
];

/** Denied calls are no use. */
function LastUsed({ of: { Operation, Timestamp } }: { readonly of: LastUse }) {
  const { world } = useWorld();
  if (Timestamp === undefined) {
    // Of a real account only what was recorded is known.
    return world.kind === 'local' ? (
      <span className="quiet">never</span>
    ) : (
      <span className="cannot-tell">no use recorded</span>
    );
  }
  return (
    <>
      <span title={timeText(Timestamp)}>{ago(Timestamp, world.nowMs)}</span>
      <div className="quiet long-name">{Operation}</div>
    </>
  );
}
