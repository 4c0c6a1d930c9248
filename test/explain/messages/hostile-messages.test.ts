/** What is pasted may be a whole log, or made to be slow to read: the time it takes grows with its length only. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { denialsIn, refusalIn } from '../../../src/explain/messages/message-text.ts';
import { plainText } from '../../../src/explain/messages/plain-text.ts';
import { ACCOUNT } from '../../worlds/account.ts';

const CHARS = 500_000;
const BOUND_MS = 3000;
const PARTS = [
  'User:arn:',
  'User: arn:x Action: ',
  'User: arn:x Action: a On resource(s): b, Context: ',
  ' is not authorized to perform: a:b on resource: user ',
  'User: arn:aws:iam::***:user/a is not authorized to perform: kms:Encrypt ',
  'failure message: ',
  '> ',
  '&lt;',
  '**a ',
  ' *a',
  '{{a',
  '<arn:a',
  '<a ',
  '%20%ff',
  '12: a\n',
  'Nov 30 12:00:00 a b\n',
  'a=\n',
];

describe('a hostile message is read in bounded time', () => {
  for (const part of PARTS)
    test(JSON.stringify(part), () => {
      const text = `${part.repeat(CHARS / part.length)}Context:`;
      const startedMs = performance.now();
      plainText(text);
      refusalIn(text, ACCOUNT);
      denialsIn(text, ACCOUNT);
      assert.ok(performance.now() - startedMs < BOUND_MS);
    });
});
