/** One group, stack or rule: what happened to it, or where it delivers. */
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useCallback } from 'react';
import { describe } from '../door/ask.ts';
import { useLoaded } from '../door/use-answer.ts';
import { Loaded, Nothing } from '../parts/states.tsx';
import { hrefOf } from '../routes.ts';
import { useWorld } from '../world.ts';
import { DeliveryTable } from './deliveries.tsx';
import type { Kind, Shown } from './kind.ts';
import { columnOf } from './thing-table.tsx';

interface DetailProps {
  readonly kind: Kind;
  readonly name: string;
  readonly id: string;
}

export function ThingDetail({ kind, name, id }: DetailProps) {
  const { place } = useWorld();
  const detail = kind.detail as NonNullable<Kind['detail']>;
  const load = useCallback(
    (signal: AbortSignal) =>
      describe<Shown>(detail.service, detail.operation, detail.input(id), place, signal),
    [detail, id, place],
  );
  const happened = useLoaded(load, { everyMs: 3000 });
  return (
    <SpaceBetween size="l">
      <BreadcrumbGroup
        ariaLabel="Where this is"
        items={[
          { text: kind.label, href: hrefOf('things', name) },
          { text: id, href: hrefOf('things', name, id) },
        ]}
      />
      <Header
        variant="h1"
        actions={
          kind.isExplained && (
            <Button href={hrefOf('problems', place.accountId, place.region, id)}>Why did it stop?</Button>
          )
        }
      >
        <span className="long-name">{id}</span>
      </Header>
      <Loaded of={happened} what={detail.title}>
        {(output) => (
          <Table
            variant="container"
            wrapLines
            items={detail.items(output)}
            header={
              <Header
                variant="h2"
                counter={`(${detail.items(output).length}${output[detail.token] ? '+' : ''})`}
              >
                {detail.title}
              </Header>
            }
            empty={<Nothing title="Nothing yet" />}
            columnDefinitions={detail.columns.map(columnOf)}
            ariaLabels={{ tableLabel: detail.title }}
          />
        )}
      </Loaded>
      {kind.delivers && <DeliveryTable rule={id} />}
    </SpaceBetween>
  );
}
