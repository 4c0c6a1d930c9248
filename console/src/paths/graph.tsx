/** The graph as it is drawn. What it shows stands in the table below as well. */
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Paths } from '../../../src/explain/paths.ts';
import { plural } from '../parts/words.ts';
import { NODE, type PlacedEdge, type PlacedNode, placed } from './layout.ts';

const MIN_SCALE = 0.15;
/** What is smaller cannot be read: then it is scrolled. */
const MIN_FIT = 0.6;
const MAX_SCALE = 2;
const STEP = 1.3;
const MAX_CHARS = 22;

export function Graph({ of }: { readonly of: Paths }) {
  const graph = useMemo(() => placed(of), [of]);
  const view = useRef<HTMLDivElement>(null);
  const [scale, setScale] = useState(1);
  const [near, setNear] = useState<string>();
  const { width, height } = graph;
  const fitting = () => Math.max(MIN_FIT, Math.min(1, (view.current?.clientWidth ?? width) / width));
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is fitted when its size changes
  useEffect(() => setScale(fitting()), [width]);
  const zoom = (by: number) => setScale((last) => Math.min(MAX_SCALE, Math.max(MIN_SCALE, last * by)));
  const broken = of.edges.filter(({ state }) => state === 'broken').length;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={`${plural(of.nodes.length, 'node')}, ${plural(of.edges.length, 'edge')}${broken > 0 ? `, ${broken} broken` : ''}.`}
          actions={
            <SpaceBetween size="xs" direction="horizontal">
              <Button iconName="zoom-in" variant="icon" ariaLabel="Larger" onClick={() => zoom(STEP)} />
              <Button iconName="zoom-out" variant="icon" ariaLabel="Smaller" onClick={() => zoom(1 / STEP)} />
              <Button onClick={() => setScale(fitting())}>Fit</Button>
            </SpaceBetween>
          }
        >
          The graph
        </Header>
      }
    >
      <Legend />
      <div className="graph" ref={view}>
        <svg
          width={width * scale}
          height={height * scale}
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={`A graph of ${plural(of.nodes.length, 'node')}; the table below has the same.`}
        >
          {graph.edges.map((edge) => (
            <Edge
              key={`${edge.from} ${edge.to}`}
              edge={edge}
              isFar={near !== undefined && edge.from !== near && edge.to !== near}
            />
          ))}
          {graph.nodes.map((node) => (
            <Node key={node.id} node={node} onNear={setNear} />
          ))}
        </svg>
      </div>
    </Container>
  );
}

const STATES = [
  ['allowed', 'allowed'],
  ['conditional', 'under conditions'],
  ['unknown', 'cannot tell'],
  ['broken', 'refused'],
] as const;

function Legend() {
  return (
    <ul className="graph-legend">
      {STATES.map(([state, text]) => (
        <li key={state} className={`edge-${state}`}>
          {text}
        </li>
      ))}
    </ul>
  );
}

function Edge({
  edge: { points, state, label, reason },
  isFar,
}: {
  readonly edge: PlacedEdge;
  readonly isFar: boolean;
}) {
  const path = points.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${x} ${y}`).join('');
  const middle = points[Math.floor(points.length / 2)];
  return (
    <g className={`edge edge-${state}${isFar ? ' is-far' : ''}`}>
      <title>{reason ? `${label}: ${reason}` : label}</title>
      <path d={path} />
      {state === 'broken' && middle && (
        <text x={middle.x} y={middle.y - 4} textAnchor="middle">
          {`✕ ${label}`}
        </text>
      )}
    </g>
  );
}

function Node({
  node: { id, kind, name, x, y },
  onNear,
}: {
  readonly node: PlacedNode;
  onNear(id: string | undefined): void;
}) {
  const shown = name.length > MAX_CHARS ? `${name.slice(0, MAX_CHARS - 1)}…` : name;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it only dims what is not beside it
    <g
      className={`node node-${kind}`}
      transform={`translate(${x - NODE.width / 2} ${y - NODE.height / 2})`}
      onMouseEnter={() => onNear(id)}
      onMouseLeave={() => onNear(undefined)}
    >
      <title>{`${kind} ${name}\n${id}`}</title>
      <rect width={NODE.width} height={NODE.height} rx={8} />
      <text x={12} y={15} className="node-kind">
        {kind}
      </text>
      <text x={12} y={31}>
        {shown}
      </text>
    </g>
  );
}
