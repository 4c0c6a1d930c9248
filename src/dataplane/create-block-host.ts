/** Opens the block host: its directories, its workers, and every volume and snapshot that is there. */
import { join } from 'node:path';
import type { Disk } from '../platform/disk.ts';
import { cores } from '../platform/node/index.ts';
import { nodeDisk } from '../platform/node/node-disk.ts';
import { makePrivateDirectory } from '../platform/node/private-file.ts';
import { openSocketDirectory } from '../platform/node/socket-directory.ts';
import type { Entropy } from '../platform/ports.ts';
import { WorkerBlockHost } from './block-host.ts';
import { BlockFailure } from './failure.ts';
import type { NbdTcpOptions } from './nbd/nbd-socket.ts';
import { LineageDirectory } from './volume/lineage-directory.ts';
import { ThreadPool, type WorkerPool } from './worker-pool.ts';

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

/** Files of volumes that the workers together keep open, far below the 1,024 descriptors that many systems allow. */
const MAX_OPEN_FILES = 256;
const MIN_OPEN_FILES = 8;

/** Opens the block host, and with it every volume and snapshot in the directory; none is attached yet. */
export async function createBlockHost(options: BlockHostOptions): Promise<WorkerBlockHost> {
  const { directory, entropy, unitBytes = 4096, tcp } = options;
  if (unitBytes !== 4096 && unitBytes !== 512) {
    throw new BlockFailure('InvalidRequest', `Units of ${unitBytes} bytes are not served.`);
  }
  const own = options.socketDirectory ?? openSocketDirectory(directory && join(directory, 'sockets'));
  const socketDirectory = typeof own === 'string' ? own : own.path;
  makePrivateDirectory(socketDirectory);
  const maxOpenFiles = Math.max(MIN_OPEN_FILES, Math.floor(MAX_OPEN_FILES / cores()));
  const pool = new ThreadPool({ directory, socketDirectory, unitBytes, tcp, maxOpenFiles });
  const release = () => {
    if (typeof own !== 'string') own.remove();
  };
  return openBlockHost({ entropy, pool, release, disk: nodeDisk(), directory });
}

/** A block host over workers that are there already. */
export async function openBlockHost(parts: {
  entropy: Entropy;
  pool: WorkerPool;
  disk: Disk;
  directory: string | undefined;
  /** Cleans up after `close`. */
  release: () => void;
}): Promise<WorkerBlockHost> {
  const { entropy, pool, disk, directory, release } = parts;
  const host = new WorkerBlockHost(entropy, pool, release);
  try {
    await host.load(directory === undefined ? [] : LineageDirectory.list(disk, directory));
  } catch (error) {
    await host.close();
    throw error;
  }
  return host;
}
