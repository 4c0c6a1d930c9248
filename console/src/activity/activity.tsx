/** Every call, the newest first, as it happens; what a service did for a caller is indented under the call that caused it. */
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import PropertyFilter, { type PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useMemo, useState } from 'react';
import { useLive } from '../door/live.ts';
import { Nothing } from '../parts/states.tsx';
import { CallList } from './call-list.tsx';
import { inGroups, useCalls } from './use-calls.ts';

const CONTAINS = [':'];
const IS = ['='];

/** The last five are what CloudTrail looks events up by. */
const PROPERTIES: readonly PropertyFilterProps.FilteringProperty[] = [
  { key: 'outcome', propertyLabel: 'Outcome', groupValuesLabel: 'Outcomes', operators: IS },
  { key: 'principal', propertyLabel: 'Principal', groupValuesLabel: 'Principals', operators: CONTAINS },
  { key: 'action', propertyLabel: 'Action', groupValuesLabel: 'Actions', operators: CONTAINS },
  { key: 'resource', propertyLabel: 'Resource', groupValuesLabel: 'Resources', operators: CONTAINS },
  { key: 'EventName', propertyLabel: 'Event name', groupValuesLabel: 'Event names', operators: IS },
  { key: 'Username', propertyLabel: 'User name', groupValuesLabel: 'User names', operators: IS },
  { key: 'ResourceName', propertyLabel: 'Resource name', groupValuesLabel: 'Resource names', operators: IS },
  { key: 'EventSource', propertyLabel: 'Event source', groupValuesLabel: 'Event sources', operators: IS },
  { key: 'EventId', propertyLabel: 'Event id', groupValuesLabel: 'Event ids', operators: IS },
];

const OUTCOMES = ['denied', 'failed', 'allowed'].map((value) => ({ propertyKey: 'outcome', value }));

export function Activity() {
  const [query, setQuery] = useState<PropertyFilterProps.Query>({ tokens: [], operation: 'and' });
  const [isPaused, setPaused] = useState(false);
  const { isConnected } = useLive();
  const filter = useMemo(() => filterOf(query), [query]);
  const { calls, error, hasMore, isLoading, loadMore } = useCalls(filter, isPaused);
  const inOrder = useMemo(() => inGroups(calls), [calls]);
  return (
    <Container
      header={
        <Header
          variant="h1"
          counter={`(${calls.length.toLocaleString('en')}${hasMore ? '+' : ''})`}
          description="What a service does for a caller is indented under the call that caused it."
          actions={
            <SpaceBetween size="s" direction="horizontal" alignItems="center">
              <StatusIndicator type={isPaused ? 'stopped' : isConnected ? 'success' : 'pending'}>
                {isPaused ? 'Paused' : isConnected ? 'Live' : 'Connecting'}
              </StatusIndicator>
              <Button onClick={() => setPaused(!isPaused)}>{isPaused ? 'Go on' : 'Pause'}</Button>
            </SpaceBetween>
          }
        >
          Activity
        </Header>
      }
    >
      <SpaceBetween size="m">
        <PropertyFilter
          query={query}
          onChange={({ detail }) => setQuery(detail)}
          filteringProperties={PROPERTIES}
          filteringOptions={OUTCOMES}
          filteringPlaceholder="Filter by outcome, principal, action, resource"
          filteringAriaLabel="Filter the calls"
          hideOperations
        />
        {error && <Alert type="error">{error.message}</Alert>}
        {calls.length > 0 ? (
          <CallList calls={inOrder} hasMore={hasMore} onEnd={loadMore} />
        ) : isLoading ? (
          <StatusIndicator type="loading">Loading calls</StatusIndicator>
        ) : (
          <Nothing title="No matching call">
            Calls show up here as they are made, allowed and denied alike.
          </Nothing>
        )}
      </SpaceBetween>
    </Container>
  );
}

/** Text without a property is looked for in actions. */
function filterOf({ tokens }: PropertyFilterProps.Query): Readonly<Record<string, string>> {
  return Object.fromEntries(tokens.map(({ propertyKey = 'action', value }) => [propertyKey, String(value)]));
}
