/** Opens the SQLite file, exclusively, and refuses what is not ours. */
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makePrivateDirectory, makePrivateFile } from '../../platform/node/private-file.ts';
import { DamagedLog } from '../log-block.ts';
import { StoreFailure, type StoreFailureKind } from '../store-failure.ts';

/** "LKEY": tells a file of ours from any other SQLite database. */
export const APPLICATION_ID = 0x4c4b4559;
/**
 * Of the physical layout, not of the records. Raise it with a migration when the layout changes. Layout 1 had no packed blocks
 * of logs; those that it kept as rows stay so (sqlite-log.ts), and nothing but the number need change.
 */
const LAYOUT_VERSION = 2;
const OLDEST_LAYOUT_VERSION = 1;

/** Holds four audit records, where SQLite's 4096 holds two and wastes the rest. */
const PAGE_BYTES = 8192;
const CACHE_KIB = 16 * 1024;

/** SQLite's primary result codes: https://www.sqlite.org/rescode.html */
const BUSY = 5;
const READ_ONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/** Another process has the file. */
export class StoreInUse extends Error {}

/** Opens, or creates, the store's file for this process alone. Throws an Error that says what stands in the way. */
export function openDatabase(file: string): DatabaseSync {
  requireNoopCheckpoint();
  makePrivateDirectory(dirname(file));
  // SQLite gives the files that it adds beside this one the same mode.
  makePrivateFile(file);
  const database = new DatabaseSync(file);
  try {
    // The lock is taken with the first access and held until the end of the process, however it ends.
    database.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('BEGIN EXCLUSIVE');
    requireLayout(database, file);
    database.exec('COMMIT');
    database.exec('PRAGMA journal_mode = WAL');
    // What is deleted is overwritten: KMS keys that are destroyed must leave nothing behind, not even sealed.
    database.exec('PRAGMA secure_delete = ON');
    database.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    return database;
  } catch (error) {
    database.close();
    throw explained(error, file);
  }
}

/** Asked in vain for a checkpoint that does nothing (write-ahead-log.ts), SQLite before 3.51 makes one, before there was a sync. */
function requireNoopCheckpoint(): void {
  const { sqlite = '' } = process.versions;
  const [major = 0, minor = 0] = sqlite.split('.').map(Number);
  if (major > 3 || (major === 3 && minor >= 51)) return;
  throw new Error(
    `data is kept by SQLite 3.51 or newer, which Node.js 22.22.2 and 24.14 have; this is ${process.version}, with ${sqlite}`,
  );
}

/** What SQLite finds wrong with the file; empty where it is whole. */
export function databaseDamage(file: string): string[] {
  const database = openDatabase(file);
  try {
    return damageIn(database, 'integrity_check(20)');
  } finally {
    database.close();
  }
}

/** Undefined where every page is whole: about two milliseconds for a megabyte. */
export const firstDamage = (database: DatabaseSync): string | undefined =>
  damageIn(database, 'quick_check(1)')[0];

function damageIn(database: DatabaseSync, check: string): string[] {
  try {
    const found = database.prepare(`PRAGMA ${check}`).all() as Record<string, string>[];
    return found.flatMap((row) => Object.values(row)).filter((what) => what !== 'ok');
  } catch (error) {
    return [(error as Error).message];
  }
}

function requireLayout(database: DatabaseSync, file: string): void {
  const applicationId = pragma(database, 'application_id');
  const version = pragma(database, 'user_version');
  const { empty } = database.prepare('SELECT count(*) = 0 AS empty FROM sqlite_schema').get() as {
    empty: number;
  };
  const isNew = applicationId === 0 && version === 0 && empty === 1;
  if (!isNew && applicationId !== APPLICATION_ID) {
    throw new Error(`${file} is a SQLite database, but not one of Latchkey's`);
  }
  if (!isNew && (version < OLDEST_LAYOUT_VERSION || version > LAYOUT_VERSION)) {
    throw new Error(
      `${file} was written by another version of Latchkey: its layout is ${version}, this version knows ${LAYOUT_VERSION}`,
    );
  }
  if (isNew) database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  if (version !== LAYOUT_VERSION) database.exec(`PRAGMA user_version = ${LAYOUT_VERSION}`);
}

function pragma(database: DatabaseSync, name: string): number {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() as Record<string, number>)[0] as number;
}

/** Undefined where the error is the statement's fault, not the disk's. */
export function storeFailure(error: unknown, file: string): StoreFailure | undefined {
  if (error instanceof StoreFailure) return error;
  const reason = (error as Error).message;
  const failure = (kind: StoreFailureKind, sentence: string) =>
    new StoreFailure(kind, sentence, { cause: error });
  if (error instanceof DamagedLog) return failure('damaged', damageSentence(file, reason));
  switch (resultCode(error)) {
    case FULL:
      return failure(
        'full',
        `there is no room left for ${file} (${reason}); calls are refused until there is`,
      );
    case CANNOT_OPEN:
      return failure('full', `${file} cannot be reached (${reason}); calls are refused until it can`);
    case READ_ONLY:
    case IO_ERROR:
      return failedDisk(error, file);
    case CORRUPT:
    case NOT_A_DATABASE:
      return failure('damaged', damageSentence(file, reason));
    default:
      return undefined;
  }
}

/** The failure of a write or a sync after which nothing more can be promised. */
export function failedDisk(cause: unknown, file: string): StoreFailure {
  const sentence = `the disk under ${file} has failed (${(cause as Error).message}); all that was acknowledged is kept, and is there again once the disk works and Latchkey is started anew`;
  return new StoreFailure('failed', sentence, { cause });
}

export const damageSentence = (file: string, reason: string) =>
  `${file} is damaged (${reason}); "latchkey check-data" says what is lost`;

/** SQLite's primary result code, or 0 where the error is not SQLite's. */
function resultCode(error: unknown): number {
  return ((error as { errcode?: number }).errcode ?? 0) & 0xff;
}

function explained(error: unknown, file: string): unknown {
  const code = resultCode(error);
  if (code === BUSY) return new StoreInUse(`${file} is in use by another process`);
  if (code === CORRUPT || code === NOT_A_DATABASE) {
    return new Error(`${file} is damaged, or not a database: ${(error as Error).message}`);
  }
  return error;
}
