/** Who reaches which instance by which key, as a graph; what was refused is red, and says why. */
import Alert from '@cloudscape-design/components/alert';
import Autosuggest from '@cloudscape-design/components/autosuggest';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { lazy, Suspense, useMemo, useState } from 'react';
import type { PathNode } from '../../../src/explain/paths/paths.ts';
import { Nothing } from '../parts/states.tsx';
import { plural, withoutNoun } from '../parts/words.ts';
import { go, hrefOf } from '../routes.ts';
import { useWorld } from '../world.ts';
import { around, type Clusters, clustered, merged, type WholeGraph } from './clusters.ts';
import { EdgeTable } from './edge-table.tsx';
import { Members } from './members.tsx';
import { usePaths } from './use-paths.ts';

const Graph = lazy(() => import('./graph.tsx').then((loaded) => ({ default: loaded.Graph })));

/** `chosen`: what everything that is shown is about, and one of a cluster whose members are listed. */
export function Paths({ chosen: [about, listed] }: { readonly chosen: readonly string[] }) {
  const { place } = useWorld();
  const focus = about || undefined;
  const whole = usePaths(place);
  const isKnown = focus === undefined || whole.graph.nodes.some(({ id }) => id === focus);
  const asked = isKnown ? undefined : questionAbout(focus);
  const beside = usePaths(asked && { ...asked, ...place });
  const graph = useMemo(() => merged([whole.graph, beside.graph]), [whole.graph, beside.graph]);
  const inSight = useMemo(() => (focus ? around(graph, focus) : graph), [graph, focus]);
  const shown = useMemo(() => clustered(inSight, focus), [inSight, focus]);
  const opened = shown.nodes.find(
    ({ members }) => members.length > 1 && members.some(({ id }) => id === listed),
  );
  const isLoading = whole.isLoading || beside.isLoading;
  const error = whole.error ?? (graph.nodes.length === 0 ? beside.error : undefined);
  const isEmpty = inSight.nodes.length === 0 && !isLoading;
  return (
    <SpaceBetween size="l">
      <Container header={<Title of={inSight} shown={shown} isLoading={isLoading} />}>
        <SpaceBetween size="m">
          <Search nodes={graph.nodes} focus={graph.nodes.find(({ id }) => id === focus)} />
          {error && <Alert type="error">{error.message}</Alert>}
          {whole.left > 0 && !isLoading && !focus && (
            <Alert type="info">
              {plural(whole.left, 'key')} more are not shown. Find one by its alias or ARN.
            </Alert>
          )}
          {!shown.isAlike && (
            <Alert type="info">
              There is too much to draw each: everything of a kind is drawn as one, and a line shows what some
              of them may do. Choose one to see what it reaches itself.
            </Alert>
          )}
          {isEmpty && !error && <NothingHere focus={focus} />}
          {shown.nodes.length > 0 && (
            <Suspense fallback={<StatusIndicator type="loading">Drawing</StatusIndicator>}>
              <Graph of={shown} focus={focus} opened={opened} />
            </Suspense>
          )}
        </SpaceBetween>
      </Container>
      {opened && (
        <Members
          key={opened.id}
          of={opened}
          isAlike={shown.isAlike}
          closeHref={hrefOf('paths', focus ?? '')}
        />
      )}
      {shown.edges.length > 0 && <EdgeTable of={shown} />}
    </SpaceBetween>
  );
}

/** What the server is asked where it is not among what was answered. */
function questionAbout(id: string): object {
  if (/^i-/.test(id)) return { instance: id };
  return /:key\/|^alias\//.test(id) ? { key: id } : { principal: id };
}

function Title({
  of: { nodes, edges },
  shown,
  isLoading,
}: {
  readonly of: WholeGraph;
  readonly shown: Clusters;
  readonly isLoading: boolean;
}) {
  const refused = edges.filter(({ state, label }) => state === 'broken' && label !== 'failed').length;
  const total = nodes.reduce((sum, { count = 1 }) => sum + count, 0);
  const drawn = shown.nodes.length < nodes.length ? `, drawn as ${shown.nodes.length}` : '';
  return (
    <Header
      variant="h1"
      description="From who may, by which policy or grant, to the key, what lies under it, and the instances and groups that use that. What is alike is drawn as one; choose it to see which they are."
      info={
        <span aria-live="polite">
          {isLoading ? (
            <StatusIndicator type="loading">{`${plural(total, 'thing')} so far`}</StatusIndicator>
          ) : (
            <span className="graph-counts">
              {plural(total, 'thing')}
              {drawn}
              {refused > 0 && <span className="may-not">{`, ${refused.toLocaleString('en')} refused`}</span>}
            </span>
          )}
        </span>
      }
    >
      Paths
    </Header>
  );
}

function NothingHere({ focus }: { readonly focus: string | undefined }) {
  if (focus) {
    return (
      <Nothing title="Nothing here matches that">
        <span className="long-name">{focus}</span>
        <Button href={hrefOf('paths')}>Show everything</Button>
      </Nothing>
    );
  }
  return (
    <Nothing title="Nobody can use a key here">
      Make a key and a volume under it, or play John's story on the first screen.
    </Nothing>
  );
}

/** Finds among what is there; what is not may be asked for by its alias, ARN or id. */
function Search({
  nodes,
  focus,
}: {
  readonly nodes: readonly PathNode[];
  readonly focus: PathNode | undefined;
}) {
  const [text, setText] = useState('');
  const options = useMemo(
    () =>
      nodes
        .filter(({ kind, count }) => kind !== 'policy' && count === undefined)
        .map(({ id, name, noun, account }) => ({
          value: id,
          label: name,
          description: [noun, account].filter(Boolean).join(', '),
        })),
    [nodes],
  );
  const show = (value: string) => {
    if (value.trim()) go(hrefOf('paths', value.trim()));
    setText('');
  };
  return (
    <div className="graph-search">
      <Autosuggest
        value={text}
        options={options}
        virtualScroll
        onChange={({ detail }) => setText(detail.value)}
        onSelect={({ detail }) => show(detail.selectedOption?.value ?? detail.value)}
        placeholder="Find a principal, key, volume, instance or group"
        ariaLabel="Find in the graph"
        enteredTextLabel={(value) => `Search for “${value}”`}
        empty="Nothing has that name"
      />
      {focus && (
        <SpaceBetween size="xs" direction="horizontal" alignItems="center">
          <span className="long-name">
            About {focus.noun} <strong>{withoutNoun(focus.name, focus.noun)}</strong>
          </span>
          <OwnScreen of={focus} />
          <Button href={hrefOf('paths')} iconName="close" iconAlign="right">
            Show everything
          </Button>
        </SpaceBetween>
      )}
    </div>
  );
}

const STOPPABLE: ReadonlySet<PathNode['kind']> = new Set([
  'group',
  'instance',
  'snapshot',
  'stack',
  'volume',
]);

function OwnScreen({ of: { id, kind, name, account } }: { readonly of: PathNode }) {
  const { place } = useWorld();
  if (kind === 'key') return <Button href={hrefOf('keys', id)}>Open the key</Button>;
  if (!STOPPABLE.has(kind)) return null;
  return (
    <Button href={hrefOf('problems', account ?? place.accountId, place.region, name)}>
      Why did it stop?
    </Button>
  );
}
