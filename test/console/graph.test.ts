/** The graph of the console: however much there is, few are drawn, and what was refused is drawn by name. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  around,
  type Clusters,
  clustered,
  merged,
  type WholeGraph,
} from '../../console/src/paths/clusters.ts';
import { placed } from '../../console/src/paths/layout.ts';

const ACCOUNT = '123456789012';
type Node = WholeGraph['nodes'][number];
type Edge = WholeGraph['edges'][number];

const node = (kind: Node['kind'], id: string, more: Partial<Node> = {}): Node => ({
  id,
  kind,
  noun: kind,
  name: id,
  account: ACCOUNT,
  ...more,
});
const edge = (from: string, to: string, more: Partial<Edge> = {}): Edge => ({
  from,
  to,
  state: 'allowed',
  label: 'uses',
  ...more,
});
const times = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));

/** Roles of which every second may do more, keys with a volume and an instance each, and one refusal. */
function world(size: number): WholeGraph {
  const keys = Math.ceil(size / 5);
  const key = (at: number) => `key-${at % keys}`;
  return {
    nodes: [
      node('principal', 'john'),
      ...times(size, (at) => node('principal', `role-${at}`)),
      ...times(keys, (at) => node('key', key(at))),
      ...times(size, (at) => node('volume', `vol-${at}`)),
      ...times(size, (at) => node('instance', `i-${at}`)),
    ],
    edges: [
      edge('john', key(0), { state: 'broken', label: 'CreateGrant', reason: 'i-0 was stopped' }),
      ...times(size, (at) => edge(`role-${at}`, key(at), { label: at % 2 ? 'Decrypt' : 'Encrypt' })),
      ...times(size, (at) => edge(key(at), `vol-${at}`)),
      ...times(size, (at) => edge(`vol-${at}`, `i-${at}`)),
    ],
  };
}

const total = ({ nodes }: Clusters) => nodes.reduce((sum, { count }) => sum + count, 0);

describe('what is drawn', () => {
  test('of few is each of them', () => {
    const graph = world(5);
    assert.equal(clustered(graph, undefined).nodes.length, graph.nodes.length);
  });

  for (const size of [30, 300, 3000]) {
    test(`of ${size} roles, volumes and instances can be taken in, and leaves nobody out`, () => {
      const graph = world(size);
      const shown = clustered(graph, undefined);
      assert.ok(shown.nodes.length <= 48, `${shown.nodes.length} are drawn`);
      assert.equal(total(shown), graph.nodes.length);
      assert.equal(shown.isAlike, true);
      const refused = shown.edges.filter(({ state }) => state === 'broken');
      assert.deepEqual(
        refused.map(({ from, to, label, reason }) => [from, to, label, reason]),
        [['john', 'key-0', 'CreateGrant', 'i-0 was stopped']],
      );
      const drawn = placed(shown);
      assert.equal(drawn.edges.find(({ sign }) => sign)?.sign?.text, '✕ CreateGrant');
    });
  }

  test('keeps apart what stands differently to the rest', () => {
    const { nodes } = clustered(world(30), undefined);
    const roles = nodes.filter(({ id, kind }) => kind === 'principal' && id !== 'john');
    // Of six keys the even ones are encrypted with; one of those is the refused one.
    const counts = roles.map(({ count }) => count);
    assert.deepEqual(
      counts.toSorted((one, other) => one - other),
      [5, 10, 15],
    );
  });

  test('is of a kind where nothing stands alike', () => {
    const graph = world(200);
    const own = times(200, (at) => edge(`role-${at}`, `key-${at % 40}`, { label: `action ${at}` }));
    const shown = clustered({ ...graph, edges: [...graph.edges, ...own] }, undefined);
    assert.ok(shown.nodes.length <= 48);
    assert.equal(shown.isAlike, false);
    assert.ok(shown.edges.some(({ state, from }) => state === 'broken' && from === 'john'));
  });

  test('counts those of which there is only a number', () => {
    const many = node('volume', 'more volumes', { count: 9900 });
    const graph = world(30);
    const shown = clustered(
      { nodes: [...graph.nodes, many], edges: [...graph.edges, edge('key-1', many.id)] },
      undefined,
    );
    assert.equal(total(shown), graph.nodes.length + 9900);
  });
});

test('what is about one is all that leads to it and all that it leads to', () => {
  const ids = (id: string) => around(world(10), id).nodes.map((each) => each.id);
  assert.deepEqual(ids('i-1'), ['role-1', 'role-3', 'role-5', 'role-7', 'role-9', 'key-1', 'vol-1', 'i-1']);
  assert.deepEqual(
    ids('john').filter((id) => id.startsWith('vol')),
    ['vol-0', 'vol-2', 'vol-4', 'vol-6', 'vol-8'],
  );
});

test('answers about several keys are one graph', () => {
  const [one, other] = [world(5), world(10)];
  assert.deepEqual(merged([one, other]).nodes.length, other.nodes.length);
});
