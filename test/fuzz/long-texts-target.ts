/** A long text, nearly of the form that is expected, wherever a text may stand in a request: it is answered in time. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Operation } from '../../src/invoke/operation.ts';
import { type AnyClient, callByName, clientsOf } from '../whole/operations/any-client.ts';
import { textMembers } from '../whole/operations/text-members.ts';
import { furnish, type Pool } from '../whole/operations/world.ts';
import { startServerFor, type TestServer } from '../worlds/server.ts';
import type { Target } from './targets.ts';

/** Where a number stands, that of all there are: so it is drawn. */
interface Input {
  /** `kms:CreateKey` */
  readonly operation: string | number;
  /** `Tags.0.TagKey` */
  readonly member: string | number;
  readonly part: string;
}

/** What expressions repeat. */
const PARTS = [
  ...['0', 'a', ' ', '\t', '*a', '?', '${', ',', '/', ':', '.', '-', 'a-', '0.', 'a\n', '(', '[', '{'],
  ...['{"a":', '"', '<a ', '-----BEGIN CERTIFICATE-----', 'arn:', '%', '='],
];
/** Ten times what takes a second where time grows with the square of the length. */
const LENGTH = 100_000;

interface World {
  readonly server: TestServer;
  readonly pool: Pool;
  readonly root: Record<string, AnyClient>;
  readonly operations: readonly Operation[];
}

async function makeWorld(): Promise<World> {
  const server = await startServerFor(undefined);
  return {
    server,
    pool: await furnish(server),
    root: await clientsOf(server, await server.root()),
    operations: [...server.latchkey.runtime.registry.operations()],
  };
}

export function longTextsTarget(): Target<Input> {
  let world: Promise<World> | undefined;
  return {
    input: fc.record({ operation: fc.nat(), member: fc.nat(), part: fc.constantFrom(...PARTS) }),
    runs: 12,
    async begin() {
      world ??= makeWorld();
      await world;
    },
    async check({ operation, member, part }) {
      const { server, pool, root, operations } = (await world) as World;
      const called = pick(operations, operation, ({ service, name }) => `${service.id}:${name}`);
      const members = textMembers(called, pool);
      if (members.length === 0) return;
      // What ends it makes it no such text after all, so that every way to read it is tried.
      const text = `${part.repeat(Math.ceil(LENGTH / part.length))}!`;
      const { status } = await callByName(
        root,
        called,
        pick(members, member, ({ path }) => path).inputWith(text),
      );
      // The client itself refuses some.
      assert.ok((status ?? 400) < 500 || status === 501, `${status}`);
      assert.deepEqual(server.defects.splice(0), []);
    },
    async end() {
      await (await world)?.server.close();
      world = undefined;
    },
  };
}

function pick<T>(all: readonly T[], at: string | number, nameOf: (each: T) => string): T {
  const found = typeof at === 'number' ? all[at % all.length] : all.find((each) => nameOf(each) === at);
  if (found === undefined) throw new Error(`there is no ${at}`);
  return found;
}
