/** The grants of a key: for whom, what they allow, under which constraints, and what holds them. */
import Badge from '@cloudscape-design/components/badge';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useCallback } from 'react';
import { describe, type Place } from '../door/ask.ts';
import { useLoaded } from '../door/use-answer.ts';
import { Loaded, Nothing } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { shortName } from '../parts/words.ts';
import { hrefOf } from '../routes.ts';

interface Grant {
  readonly GrantId: string;
  readonly Name?: string;
  readonly GranteePrincipal: string;
  readonly RetiringPrincipal?: string;
  readonly IssuingAccount?: string;
  readonly Operations: readonly string[];
  readonly CreationDate?: number;
  readonly Constraints?: Readonly<Record<string, unknown>>;
}

export function Grants({ arn, place }: { readonly arn: string; readonly place: Required<Place> }) {
  const { accountId, region } = place;
  const load = useCallback(
    (signal: AbortSignal) =>
      describe<{ Grants: Grant[]; Truncated?: boolean }>(
        'kms',
        'ListGrants',
        { KeyId: arn, Limit: 100 },
        { accountId, region },
        signal,
      ),
    [arn, accountId, region],
  );
  const grants = useLoaded(load, { everyMs: 5000 });
  return (
    <Loaded of={grants} what="the grants">
      {({ Grants: all, Truncated }) => (
        <Table
          variant="container"
          wrapLines
          items={all}
          trackBy="GrantId"
          header={
            <Header
              variant="h2"
              counter={`(${all.length}${Truncated ? '+' : ''})`}
              description="Each gives rights regardless of identity-based policies, until it is retired or revoked."
            >
              Grants
            </Header>
          }
          empty={
            <Nothing title="The key has no grant">
              EC2 makes one when an instance starts with a volume under the key.
            </Nothing>
          }
          columnDefinitions={columnsFor(place)}
          ariaLabels={{ tableLabel: 'Grants' }}
        />
      )}
    </Loaded>
  );
}

/** The session of an instance's infrastructure carries the instance's id. */
function HeldBy({ grantee, place }: { readonly grantee: string; readonly place: Required<Place> }) {
  const id = /\/(i-[0-9a-f]+)$/.exec(grantee)?.[1];
  if (!id) return null;
  return (
    <Link href={hrefOf('problems', place.accountId, place.region, id)}>
      <Badge color="blue">holds {id}</Badge>
    </Link>
  );
}

function constraintText(constraints: Grant['Constraints']): string {
  const parts = Object.entries(constraints ?? {}).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return parts.join(', ') || 'no constraint';
}

const columnsFor = (place: Required<Place>): TableProps.ColumnDefinition<Grant>[] => [
  {
    id: 'grantee',
    header: 'Grantee',
    isRowHeader: true,
    minWidth: 220,
    cell: ({ GranteePrincipal }) => (
      <span className="long-name" title={GranteePrincipal}>
        {shortName(GranteePrincipal)} <HeldBy grantee={GranteePrincipal} place={place} />
      </span>
    ),
  },
  {
    id: 'operations',
    header: 'Operations',
    minWidth: 180,
    cell: ({ Operations }) => Operations.join(', '),
  },
  {
    id: 'constraints',
    header: 'Only with',
    minWidth: 200,
    cell: ({ Constraints }) => <span className="long-name">{constraintText(Constraints)}</span>,
  },
  {
    id: 'retiring',
    header: 'Retired by',
    minWidth: 150,
    cell: ({ RetiringPrincipal }) => (
      <span className="long-name">{RetiringPrincipal ? shortName(RetiringPrincipal) : '-'}</span>
    ),
  },
  {
    id: 'created',
    header: 'Created',
    minWidth: 120,
    cell: ({ CreationDate }) => <Time at={CreationDate} />,
  },
  {
    id: 'id',
    header: 'Grant',
    minWidth: 130,
    cell: ({ GrantId, Name }) => (
      <span className="long-name" title={GrantId}>
        {Name ?? `${GrantId.slice(0, 12)}…`}
      </span>
    ),
  },
];
