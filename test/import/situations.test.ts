/**
 * Proof that a snapshot answers as its account would: every situation of the corpus is played on one server, the server is
 * read as a real account is, and the snapshot must say what the server says. What it cannot know is listed, with the reason.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Explanation } from '../../src/explain/explanation.ts';
import { History } from '../../src/import/cloudtrail/history.ts';
import { Reads } from '../../src/import/snapshot/snapshot.ts';
import { saveSnapshot } from '../../src/import/snapshot/store.ts';
import { type ImportedWorld, openImportedWorld } from '../../src/imported-world.ts';
import { SITUATIONS } from '../situations/corpus/index.ts';
import { explained, type Staged, stage } from '../situations/play.ts';
import { addEvents, eventsOf, readAccount } from '../worlds/imported.ts';
import { startServerFor } from '../worlds/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-situations-'));
const cleanUp: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
after(async () => {
  for (const work of cleanUp.reverse()) await work();
});

const PLAYED = SITUATIONS.filter(({ waitedSeconds }) => waitedSeconds === undefined);
interface Asked {
  readonly staged: Staged;
  readonly live: Explanation;
}

const asked = new Map<string, Asked>();
let imported: ImportedWorld;

before(async () => {
  const server = await startServerFor({ after: (work) => void cleanUp.push(work as () => unknown) });
  const into = { reads: new Reads(), history: new History() };
  for (const situation of PLAYED) {
    const staged = await stage(server, situation);
    asked.set(situation.name, { staged, live: await explained(staged) });
    // At once: some go on for months, and event history has ninety days.
    for (const account of staged.scene.accounts) {
      const credentials = await server.root(account);
      const regions = regionsOf(situation);
      await readAccount(server, into, { credentials, regions, sinceDays: 0 });
      for (const region of regions)
        await eventsOf(server, credentials, region).then(
          (events) => addEvents(into.history, events),
          refused,
        );
    }
  }
  saveSnapshot(join(folder, 'snapshot'), into);
  imported = await openImportedWorld(join(folder, 'snapshot'));
  cleanUp.push(() => imported.close());
});

function regionsOf(situation: Staged['situation']): string[] {
  const named = JSON.stringify(situation).matchAll(/"region":"([a-z0-9-]+)"/g);
  return [...new Set(['us-east-1', ...[...named].map(([, region]) => region as string)])];
}

/**
 * What an explanation says, without what differs from one asking to the next. Of several questions that one call was denied,
 * a record names the first; what mends the others is there all the same.
 */
const essence = ({ verdict, headline, checks: [check], remedies, now }: Explanation): unknown =>
  JSON.parse(
    JSON.stringify({
      verdict,
      headline,
      who: check?.principal.who,
      check: [check?.action, check?.resource, check?.verdict, check?.policyType],
      remedies: remedies.map(({ kind, shape, document, target, commands }) => ({
        kind,
        shape,
        document,
        target,
        commands,
      })),
      now,
    }),
  );

async function told(question: string, body: object): Promise<never> {
  const answer = await imported.questions[question]?.(body as Record<string, unknown>);
  return JSON.parse(JSON.stringify(answer)) as never;
}

/** What a record of CloudTrail, or a reader, cannot know: why, and what is said instead. It is never said to be allowed. */
const UNKNOWABLE: Readonly<Record<string, readonly [why: string, says: RegExp]>> = {
  ...each(
    'parameters of a denied call are not recorded, and policies or grants ask for them',
    /may not (?:kms|sts):\w+.*What would let it through cannot be said: it depends on [\w:/, ]+, which is not recorded/,
    ...[
      'deny-where-the-context-is-missing',
      'request-tag-missing-at-key-creation',
      'encryption-context-asked-for',
    ],
    ...[
      'key-may-be-used-by-its-alias-only',
      'deletion-sooner-than-the-policy-lets',
      'grant-context-left-out',
    ],
    ...['grant-context-in-another-case', 'external-id-left-out', 'external-id-of-another-customer'],
    'session-name-that-the-trust-policy-asks-for',
  ),
  ...each(
    'tags of a session are not recorded with its calls',
    /^role \w+ may not kms:Encrypt on key .* it depends on aws:PrincipalTag, which is not recorded/,
    ...['principal-tag-does-not-equal-the-key-tag', 'session-tag-that-the-key-asks-for'],
  ),
  ...each(
    'policies of a session are recorded nowhere',
    /^role App may not kms:Encrypt on key .* it depends on session policy of a call of /,
    'session-policy-without-kms',
  ),
  ...each(
    'the record of a call denied on a key of another account does not name the key',
    /may not kms:\w+\. What it was decided on is not recorded; AWS says: User: /,
    ...['rcp-keeps-a-partner-out', 'foreign-key-neither-side', 'foreign-key-own-side-missing'],
    ...['foreign-role-with-an-owners-grant', 'group-with-a-key-of-another-account'],
    'group-with-a-grant-of-the-wrong-account',
  ),
  ...each(
    'the policy keeps the reader out, too',
    /^Nothing is recorded about |cannot be said: it depends on (?:key policy|grants) of /,
    ...[
      'scp-region-deny-by-not-action',
      'scp-allow-list-without-kms',
      'scp-allow-list-on-the-root-and-the-unit',
    ],
    ...['root-of-the-account-left-out', 'user-asked-about-by-name'],
  ),
  ...each(
    'calls that were allowed are counted, and not kept',
    /kms:CreateKey on key .* and it was allowed/,
    ...['management-account-is-exempt', 'allowed-and-nothing-wrong'],
  ),
  ...each(
    'what was changed within the second of the call is not known to be later',
    /^user john may not kms:Encrypt on key .* It would be allowed now\.$/,
    'denied-then-and-allowed-now',
  ),
  ...each(
    'ciphertexts are not recorded',
    /^kms:Decrypt on key .* failed with InvalidCiphertextException/,
    'encryption-context-of-decrypt-missing',
  ),
  ...each(
    'the values that a Deny of EC2 asks for are not among the parameters, so that the Deny is not named',
    /may not ec2:/,
    ...[
      'unencrypted-volumes-are-denied',
      'unencrypted-launch-is-denied',
      'instance-type-that-a-guard-denies',
    ],
  ),
  ...each(
    'log groups are not read, and calls of a service for itself are not decided',
    /What it was decided on is not recorded|^Nothing is recorded about keys/,
    ...['log-group-under-a-key-that-does-not-admit-logs', 'log-group-whose-key-admits-another-group'],
    'rule-whose-log-group-does-not-admit-it',
  ),
};

function each(why: string, says: RegExp, ...names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, [why, says] as const]));
}

describe('a snapshot says of each situation what the server says', () => {
  for (const situation of PLAYED) {
    const unknowable = UNKNOWABLE[situation.name];
    test(`${situation.name}${unknowable ? `, but for this: ${unknowable[0]}` : ''}`, async () => {
      const { staged, live } = asked.get(situation.name) as Asked;
      const { accountId, region } = staged.question;
      const question = situation.can
        ? { ...staged.scene.filled(situation.can), accountId, region }
        : staged.question;
      const answer = (await told(situation.can ? 'can' : 'explain', question)) as Explanation;
      if (!unknowable) return assert.deepEqual(essence(answer), essence(live));
      assert.match(answer.headline, unknowable[1]);
      if (live.now !== 'allowed') assert.notEqual(answer.now, 'allowed');
      assert.ok(answer.verdict === live.verdict || answer.verdict === 'unknown', answer.verdict);
    });
  }

  test('and no exception is kept that is none any more', () => {
    const names = new Set(PLAYED.map(({ name }) => name));
    assert.deepEqual(
      Object.keys(UNKNOWABLE).filter((name) => !names.has(name)),
      [],
    );
  });
});

/** Where policies keep the reader out: what he does not see is unknown then. */
function refused(error: Error): void {
  assert.equal(error.name, 'AccessDeniedException');
}
