/** The graph as it is drawn. Each node leads to what is about it; what the graph shows stands in the table below as well. */
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { plural } from '../parts/words.ts';
import { hrefOf } from '../routes.ts';
import type { Cluster, Clusters } from './clusters.ts';
import { NARROW, type PlacedEdge, type PlacedNode, placed } from './layout.ts';

const MIN_SCALE = 0.15;
/** What is smaller cannot be read: then it is scrolled. */
const MIN_READABLE = 0.7;
const MAX_SCALE = 2;
const STEP = 1.3;
const MARGIN = 12;

interface GraphProps {
  readonly of: Clusters;
  /** What everything shown is about, and the cluster whose members are listed. */
  readonly focus: string | undefined;
  readonly opened: Cluster | undefined;
}

export function Graph({ of, focus, opened }: GraphProps) {
  const view = useRef<HTMLDivElement>(null);
  const room = useWidth(view);
  const graph = useMemo(() => {
    const wide = placed(of);
    return wide.width * MIN_READABLE > room ? placed(of, NARROW) : wide;
  }, [of, room]);
  const [scale, setScale] = useState(1);
  const { width, height } = graph;
  const fit = (least: number) => {
    const { clientWidth = width, clientHeight = height } = view.current ?? {};
    const whole = Math.min(1, clientWidth / width, least === MIN_SCALE ? clientHeight / height : 1);
    setScale(Math.max(least, whole));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is fitted when there is another graph, or other room for it
  useEffect(() => fit(MIN_READABLE), [width, height, room]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a graph that is scrolled begins at what matters
  useEffect(() => {
    const refused = graph.edges.find(({ sign }) => sign)?.from;
    const start = graph.nodes.find(({ id }) => id === (focus ?? refused));
    const left = ((start?.x ?? 0) - graph.nodeWidth / 2) * scale - MARGIN;
    if (start) view.current?.scrollTo({ left, top: start.y * scale - MARGIN * 10 });
  }, [graph]);
  const zoom = (by: number) => setScale((last) => Math.min(MAX_SCALE, Math.max(MIN_SCALE, last * by)));
  return (
    <div>
      <div className="graph-head">
        <Legend />
        <SpaceBetween size="xs" direction="horizontal">
          <Button iconName="zoom-in" variant="icon" ariaLabel="Larger" onClick={() => zoom(STEP)} />
          <Button iconName="zoom-out" variant="icon" ariaLabel="Smaller" onClick={() => zoom(1 / STEP)} />
          <Button onClick={() => fit(MIN_SCALE)}>Fit</Button>
        </SpaceBetween>
      </div>
      <section className="graph" ref={view} aria-label="The graph; the table below has its edges">
        <svg
          width={width * scale}
          height={height * scale}
          viewBox={`0 0 ${width} ${height}`}
          role="presentation"
        >
          {graph.edges.map((edge) => (
            <Edge key={`${edge.from} ${edge.to}`} edge={edge} />
          ))}
          {graph.nodes.map((node) => (
            <Node
              key={node.id}
              node={node}
              width={graph.nodeWidth}
              focus={focus}
              isOpen={node.id === opened?.id}
            />
          ))}
        </svg>
      </section>
    </div>
  );
}

/** Of what is shown, in pixels, whenever it changes. */
function useWidth(of: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(Number.POSITIVE_INFINITY);
  useLayoutEffect(() => {
    const { current } = of;
    if (!current) return;
    const measure = () => setWidth(current.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [of]);
  return width;
}

const STATES = [
  ['allowed', 'allowed'],
  ['conditional', 'under conditions'],
  ['unknown', 'cannot tell'],
  ['broken', 'refused, or failed for it'],
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

function Edge({ edge: { path, state, label, reason, sign } }: { readonly edge: PlacedEdge }) {
  return (
    <g className={`edge edge-${state}`}>
      <title>{reason ? `${label}: ${reason}` : label}</title>
      <path d={path} />
      {sign && (
        <text x={sign.x} y={sign.y + 4} textAnchor="middle">
          {sign.text}
        </text>
      )}
    </g>
  );
}

/** Of one, a link to all that is about it; of many, to the list of them. */
function Node({
  node,
  width,
  focus,
  isOpen,
}: {
  readonly node: PlacedNode;
  readonly width: number;
  readonly focus: string | undefined;
  readonly isOpen: boolean;
}) {
  const { id, kind, noun, name, x, y, height, lines, members, count } = node;
  const isMany = members.length > 1;
  const what = count > 1 ? plural(count, noun) : noun;
  const [first] = members;
  const href = isMany ? hrefOf('paths', focus ?? '', first?.id ?? '') : hrefOf('paths', id);
  const isChosen = isOpen || id === focus;
  return (
    <g transform={`translate(${x - width / 2} ${y - height / 2})`}>
      <a
        href={href}
        className={`node node-${kind}${isMany ? ' is-many' : ''}${isChosen ? ' is-chosen' : ''}`}
        aria-current={isChosen || undefined}
      >
        <title>
          {isMany ? `${what}, such as ${name}: list them` : `${what} ${name}: show what is about it`}
        </title>
        {isMany && <rect x={4} y={4} width={width} height={height} rx={8} />}
        <rect width={width} height={height} rx={8} />
        <text x={12} y={15} className="node-kind">
          {what}
        </text>
        {lines.map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
          <text key={at} x={12} y={31 + at * 16}>
            {line}
          </text>
        ))}
      </a>
    </g>
  );
}
