/**
 * How the least that lets a call through is found: which of several candidates is taken, what is left out again, what is only told,
 * and where the search is given up. What stands in the way is made up; nothing is called.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AwsError } from '../../../src/aws/aws-error.ts';
import type { Problem } from '../../../src/explain/remedies/problems.ts';
import type { Candidate } from '../../../src/explain/remedies/remedy.ts';
import { findRemedies } from '../../../src/explain/remedies/search.ts';
import type { Attempted } from '../../../src/explain/remedies/subject.ts';
import { Reads } from '../../../src/import/snapshot/snapshot.ts';
import { accountReader } from '../../worlds/read-account.ts';

const world = await accountReader()(new Reads());

const about = { kind: 'fact', account: '111122223333', region: 'us-east-1', target: 'x' } as const;
/** A change that costs nothing to make. */
const change = (sentence: string, more: Partial<Candidate> = {}): Candidate => ({
  ...about,
  sentence,
  calls: () => [],
  ...more,
});
const byHand = (sentence: string): Candidate => ({ ...about, sentence });

interface Door {
  readonly id: string;
  readonly candidates: readonly Candidate[];
  /** Whether it stands open with these made; a text is another reason why it does not. */
  opens(made: ReadonlySet<string>): boolean | string;
}

interface Found {
  readonly remedies: readonly string[];
  readonly sufficient: boolean;
  readonly failure?: string;
  readonly isCutShort: boolean;
  readonly attempts: number;
}

/** `each`: of every attempt, beside what stands in the way. */
async function found(doors: readonly Door[], each: Partial<Attempted> = {}): Promise<Found> {
  let attempts = 0;
  const attempt = async (chosen: readonly Candidate[]): Promise<Attempted> => {
    attempts++;
    const made = new Set(chosen.map(({ sentence }) => sentence));
    const problems = doors.flatMap(({ id, candidates, opens }): Problem[] => {
      const open = opens(made);
      return open === true ? [] : [{ id, reason: String(open), candidates: async () => candidates }];
    });
    return { problems, passes: problems.length === 0, isCutShort: false, steps: 1, ...each };
  };
  const subject = {
    walkThrough: (_stage: unknown, chosen: readonly Candidate[]) => attempt(chosen),
    try: (_stage: unknown, chosen: readonly Candidate[]) => attempt(chosen),
  };
  const { remedies, stage: _, world: __, ...rest } = await findRemedies(world.runtime, subject);
  return { ...rest, remedies: remedies.map(({ sentence }) => sentence), attempts };
}

const door = (id: string, key: string, ...candidates: readonly Candidate[]): Door => ({
  id,
  candidates,
  opens: (made) => made.has(key),
});
const passes = async (doors: readonly Door[], ...remedies: readonly string[]) => {
  const { attempts: _, ...rest } = await found(doors);
  assert.deepEqual(rest, { remedies, sufficient: true, failure: undefined, isCutShort: false });
};

describe('of the candidates', () => {
  test('the first that helps is taken, for one door after the other', async () => {
    await passes([]);
    await passes([door('one', 'b', change('a'), change('b'), change('c'))], 'b');
    await passes([door('one', 'a', change('a')), door('two', 'b', change('a'), change('b'))], 'a', 'b');
    await passes([door('one', 'a', change('a'), change('b')), door('two', 'a', change('c'))], 'a');
  });

  test('one that changes the reason is progress, and the next goes on from there', async () => {
    const twoSteps: Door = {
      id: 'one',
      candidates: [change('a'), change('b')],
      opens: (made) => (made.has('a') && made.has('b') ? true : made.has('a') ? 'half' : false),
    };
    await passes([twoSteps], 'a', 'b');
  });

  test('what has to be there first is made first, where it does not help alone', async () => {
    const first = change('first');
    const together: Door = {
      id: 'one',
      candidates: [change('second', { first })],
      opens: (made) => made.has('second') && made.has('first'),
    };
    await passes([together], 'first', 'second');
    await passes([door('one', 'second', change('second', { first }))], 'second');
  });

  test('what turns out not to be needed is left out again', async () => {
    const doors: Door[] = [
      { id: 'one', candidates: [change('a')], opens: (made) => made.has('a') || made.has('b') },
      { id: 'two', candidates: [change('b')], opens: (made) => made.has('b') },
    ];
    await passes(doors, 'b');
  });

  test('one that its own operation refuses is none, and any other failure ends the search', async () => {
    const refused = change('a', {
      calls: () => {
        throw new AwsError('MalformedPolicyDocument', 'no');
      },
    });
    await passes([door('one', 'b', refused, change('b'))], 'b');
    const broken = change('a', {
      calls: () => {
        throw new TypeError('broken');
      },
    });
    await assert.rejects(found([door('one', 'b', broken, change('b'))]), TypeError);
  });

  test('one that is refused without the other keeps that, though the other would not be needed', async () => {
    let before = '';
    const first = change('a', {
      calls: () => {
        before = 'a';
        return [];
      },
    });
    const second = change('b', {
      calls: () => {
        if (before !== 'a') throw new AwsError('MalformedPolicyDocument', 'no');
        before = '';
        return [];
      },
    });
    const doors: Door[] = [
      { id: 'one', candidates: [first], opens: (made) => made.has('a') || made.has('b') },
      { id: 'two', candidates: [second], opens: (made) => made.has('b') },
    ];
    await passes(doors, 'a', 'b');
  });

  test('sixteen are tried', async () => {
    const others = (count: number) => Array.from({ length: count }, (_, at) => change(`other ${at}`));
    await passes([door('one', 'last', ...others(15), change('last'))], 'last');
    const { remedies, sufficient } = await found([door('one', 'last', ...others(16), change('last'))]);
    assert.deepEqual([remedies, sufficient], [[], false]);
  });
});

test('what can only be done by hand is told, in its turn, and does not keep the others from being found', async () => {
  const doors = [door('one', 'never', byHand('do it'), change('a')), door('two', 'b', change('b'))];
  const { remedies, sufficient } = await found(doors);
  assert.deepEqual([remedies, sufficient], [['do it', 'b'], false]);
  // A candidate before it that helps is taken instead; one that does not help is passed over.
  await passes([door('one', 'a', change('a'), byHand('do it'))], 'a');
  const told = await found([door('one', 'never', change('a'), byHand('do it'))]);
  assert.deepEqual([told.remedies, told.sufficient], [['do it'], false]);
  // Nothing was tried for it.
  const alone = await found([door('one', 'never', byHand('do it'))]);
  assert.equal(alone.attempts, 3);
});

test('a door that nothing opens is left, and the others are opened', async () => {
  const { remedies, sufficient, isCutShort } = await found([
    door('one', 'never', change('a')),
    door('two', 'b', change('b')),
  ]);
  assert.deepEqual([remedies, sufficient, isCutShort], [['b'], false, false]);
});

test('forty are opened', async () => {
  const doors = (count: number) =>
    Array.from({ length: count }, (_, at) => door(`door ${at}`, `key ${at}`, change(`key ${at}`)));
  for (const [count, opened] of [
    [40, 40],
    [41, 40],
  ] as const) {
    const { remedies, sufficient } = await found(doors(count));
    assert.deepEqual([remedies.length, sufficient], [opened, count === opened], `${count}`);
  }
});

test('the failure that is left, though everything lets the call through, is said', async () => {
  const failed = await found([], { passes: false, failure: 'ValidationException: no' });
  assert.deepEqual(
    [failed.sufficient, failed.failure, failed.remedies],
    [false, 'ValidationException: no', []],
  );
});

describe('the search is given up, and says so', () => {
  const never = (count: number) =>
    Array.from({ length: count }, (_, at) =>
      door(`door ${at}`, 'never', ...Array.from({ length: 16 }, (_none, n) => change(`${at} ${n}`))),
    );

  test('after two hundred rehearsals', async () => {
    const { attempts, isCutShort, sufficient } = await found(never(20));
    assert.deepEqual([attempts, isCutShort, sufficient], [200, true, false]);
    // Those with the same changes are one.
    assert.equal((await found(never(2))).attempts, 1 + 32 + 1);
  });

  test('after eight thousand steps', async () => {
    for (const [steps, attempts] of [
      [4000, 2],
      [3999, 3],
      [8000, 1],
    ] as const)
      assert.equal((await found(never(2), { steps })).attempts, attempts, `${steps}`);
  });

  test('where a rehearsal did not come to its end', async () => {
    const { attempts, isCutShort, sufficient } = await found(never(1), { isCutShort: true });
    assert.deepEqual([attempts, isCutShort, sufficient], [1, true, false]);
  });
});
