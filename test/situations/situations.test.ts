/** Every situation of the corpus is explained as an expert would, and what is proposed works in one round. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { SITUATIONS } from './corpus/index.ts';
import type { Played } from './play.ts';
import { Stage } from './play-all.ts';
import { DOCS, docsPage } from './report.ts';

const stage = new Stage();
const played: Played[] = [];
after(() => stage.close());

describe('situations', () => {
  for (const situation of SITUATIONS) {
    test(situation.name, async () => {
      const { name, story, expect, knownWrong } = situation;
      const one = await stage.play(situation);
      played.push(one);
      const isWrong = one.result === 'wrong';
      assert.equal(isWrong, knownWrong !== undefined, `${name}: ${story}\n${one.faults.join('\n')}`);
      if (one.result === 'cannot tell') assert.equal(expect.verdict, 'unknown', one.faults.join('\n'));
    });
  }
});

describe('the corpus', () => {
  test('each has a name of its own and says where it is from', () => {
    assert.equal(new Set(SITUATIONS.map(({ name }) => name)).size, SITUATIONS.length);
    for (const { name, source } of SITUATIONS) assert.match(source, /^https:\/\/\S+$|^own: ./, name);
  });

  test('docs/situations.md shows what was played (npm run situations -- --write)', () => {
    assert.equal(readFileSync(DOCS, 'utf8'), docsPage(played));
  });
});
