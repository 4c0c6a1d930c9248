/** Files of every kind that `latchkey import files` reads: each ends in a snapshot that can be read again, or in a sentence. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { CSV_COLUMNS } from '../../src/import/cloudtrail/athena-sql.ts';
import { History } from '../../src/import/cloudtrail/history.ts';
import { importFiles } from '../../src/import/files/import-files.ts';
import { addFile, readFiles } from '../../src/import/snapshot/folder.ts';
import { Reads, SnapshotError } from '../../src/import/snapshot/snapshot.ts';
import { records } from '../import/records.ts';
import type { Target } from './targets.ts';
import { jsonLike, textsLike } from './texts.ts';

const IN_STORE = 'aws/aws/accounts/111122223333/iam/role/app';
const METADATA = '{"arn":"arn:aws:iam::111122223333:role/app","name":"app","path":"/"}';
const KEYS =
  '{"Keys":[{"KeyId":"1234abcd","KeyArn":"arn:aws:kms:us-east-1:111122223333:key/1234abcd"}],"Truncated":false}';
const USE = CSV_COLUMNS.map((name) => (name === 'count' ? '1' : '2026-01-01T00:00:00Z')).join(',');

const datum = (VarCharValue: string) => ({ VarCharValue });

/** By name, what lies in such a file. */
const GOOD: Readonly<Record<string, string>> = {
  'keys.json': KEYS,
  '000001.call':
    '{"operation":"kms:ListKeys","account":"111122223333","region":"us-east-1","input":{},"at":"2026-01-01T00:00:00Z"}',
  'records.json': JSON.stringify({ Records: records(2) }),
  'records.json.gz': JSON.stringify({ Records: records(2) }),
  'records.jsonl': records(2)
    .map((record) => JSON.stringify(record))
    .join('\n'),
  'lookup.json': JSON.stringify({ Events: [{ CloudTrailEvent: JSON.stringify(records(1)[0]) }] }),
  'athena.json': JSON.stringify({
    ResultSet: { Rows: [CSV_COLUMNS, USE.split(',')].map((cells) => ({ Data: cells.map(datum) })) },
  }),
  'lake.json': JSON.stringify({
    QueryStatus: 'FINISHED',
    QueryResultRows: [[{ eventJson: JSON.stringify(records(1)[0]) }]],
  }),
  'uses.csv': `${CSV_COLUMNS.join(',')}\n${USE}\n`,
  [`${IN_STORE}/metadata.json`]: METADATA,
  [`${IN_STORE}/managed-policies.json`]: '["arn:aws:iam::aws:policy/AdministratorAccess"]',
  [`${IN_STORE}/inline-policies.json`]: '[{"PolicyName":"p","PolicyDocument":{"Statement":[]}}]',
};

const GOOD_JSON = Object.fromEntries(Object.entries(GOOD).filter(([, text]) => isJson(text)));

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

type Files = readonly [name: string, text: string];

export function importTarget(): Target<Files> {
  const root = mkdtempSync(join(tmpdir(), 'latchkey-fuzz-import-'));
  let folders = 0;
  return {
    input: fc.oneof(
      ...Object.entries(GOOD).map(([name, text]) => fc.tuple(fc.constant(name), textsLike(text))),
      ...Object.entries(GOOD_JSON).map(([name, text]) => fc.tuple(fc.constant(name), jsonLike(text))),
    ),
    async check([name, text]) {
      const folder = join(root, String(folders++));
      const write = (file: string, content: string) => {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), file.endsWith('.gz') ? gzipSync(content) : content);
      };
      if (name.startsWith(IN_STORE)) write(`${IN_STORE}/metadata.json`, METADATA);
      if (name.endsWith('.call')) write(name.replace('.call', '.json'), KEYS);
      write(name, text);
      const into = { reads: new Reads(), history: new History() };
      try {
        await importFiles([folder], into);
        const again = new Reads();
        for (const [path, written] of readFiles(into.reads)) addFile(again, path, written);
        assert.deepEqual([...again.all()].length, [...into.reads.all()].length);
      } catch (error) {
        if (!(error instanceof SnapshotError)) throw error;
        assert.ok(error.message.length < 1000, error.message);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    async end() {
      rmSync(root, { recursive: true, force: true });
    },
  };
}
