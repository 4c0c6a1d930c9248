/** Opens the block host: its directories, its worker threads, and every volume and snapshot that is there. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Entropy } from '../platform/ports.ts';
import { WorkerBlockHost } from './block-host.ts';
import { BlockFailure } from './failure.ts';
import type { NbdTcpOptions } from './nbd/nbd-socket.ts';
import { LineageDirectory } from './volume/lineage-directory.ts';
import { WorkerPool } from './worker-pool.ts';

export interface BlockHostOptions {
  /** Where volumes and snapshots are kept; undefined: they go with the process. */
  directory: string | undefined;
  /**
   * Where the unix sockets of attached volumes appear. Undefined: in `sockets` below `directory`, so that a volume keeps
   * its URI over a restart; without a directory, or if its path is too long for sockets, in one of their own in the
   * system's directory for temporary files. Either is removed at `close`.
   */
  socketDirectory?: string;
  entropy: Entropy;
  /** The unit of encryption of new volumes: 4096 (the default) or 512. */
  unitBytes?: number;
  /** Serves attached volumes over TCP with TLS too. */
  tcp?: NbdTcpOptions;
}

/** The longest path of a socket on the systems that we know of (macOS), with room for a volume's id. */
const MAX_SOCKET_DIRECTORY_BYTES = 103 - '/vol-0123456789abcdef0.sock'.length;

function ownSocketDirectory(directory: string | undefined): string {
  const below = directory === undefined ? undefined : join(directory, 'sockets');
  const isShort = below !== undefined && Buffer.byteLength(below) <= MAX_SOCKET_DIRECTORY_BYTES;
  return isShort ? below : mkdtempSync(join(tmpdir(), 'latchkey-nbd-'));
}

/** Opens the block host, and with it every volume and snapshot in the directory; none is attached yet. */
export async function createBlockHost(options: BlockHostOptions): Promise<WorkerBlockHost> {
  const { directory, entropy, unitBytes = 4096, tcp } = options;
  if (unitBytes !== 4096 && unitBytes !== 512) {
    throw new BlockFailure('InvalidRequest', `Units of ${unitBytes} bytes are not served.`);
  }
  const socketDirectory = options.socketDirectory ?? ownSocketDirectory(directory);
  mkdirSync(socketDirectory, { recursive: true, mode: 0o700 });
  const pool = new WorkerPool({ directory, socketDirectory, unitBytes, tcp });
  const host = new WorkerBlockHost(entropy, pool, () => {
    if (options.socketDirectory === undefined) rmSync(socketDirectory, { recursive: true, force: true });
  });
  try {
    await host.load(directory === undefined ? [] : LineageDirectory.list(directory));
  } catch (error) {
    await host.close();
    throw error;
  }
  return host;
}
