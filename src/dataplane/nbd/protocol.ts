/**
 * The numbers of the NBD protocol: fixed newstyle handshake, simple and structured replies.
 * Source: https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md
 */
export const NBD_MAGIC = 0x4e42444d41474943n;
export const OPTION_MAGIC = 0x49484156454f5054n;
export const OPTION_REPLY_MAGIC = 0x3e889045565a9n;
export const REQUEST_MAGIC = 0x25609513;
export const SIMPLE_REPLY_MAGIC = 0x67446698;
export const STRUCTURED_REPLY_MAGIC = 0x668e33ef;

export const REQUEST_BYTES = 28;
export const SIMPLE_REPLY_BYTES = 16;
export const STRUCTURED_REPLY_BYTES = 20;
export const OPTION_BYTES = 16;

/** The most that one request may read or write: what clients assume where nothing is negotiated. */
export const MAX_PAYLOAD_BYTES = 32 * 1024 * 1024;

export const HANDSHAKE_FLAG = { fixedNewstyle: 1, noZeroes: 2 } as const;

export const TRANSMISSION_FLAG = {
  hasFlags: 1 << 0,
  sendFlush: 1 << 2,
  sendFua: 1 << 3,
  sendTrim: 1 << 5,
  sendWriteZeroes: 1 << 6,
  sendDf: 1 << 7,
  canMultiConn: 1 << 8,
} as const;

export const OPTION = {
  exportName: 1,
  abort: 2,
  list: 3,
  startTls: 5,
  info: 6,
  go: 7,
  structuredReply: 8,
  listMetaContext: 9,
  setMetaContext: 10,
} as const;

export const OPTION_REPLY = {
  ack: 1,
  server: 2,
  info: 3,
  metaContext: 4,
  unsupported: 0x80000001,
  invalid: 0x80000003,
  tlsRequired: 0x80000005,
  unknown: 0x80000006,
  tooBig: 0x80000009,
} as const;

export const INFO = { export: 0, blockSize: 3 } as const;

export const COMMAND = {
  read: 0,
  write: 1,
  disconnect: 2,
  flush: 3,
  trim: 4,
  cache: 5,
  writeZeroes: 6,
  blockStatus: 7,
} as const;

export const COMMAND_FLAG = { fua: 1 << 0, noHole: 1 << 1, dontFragment: 1 << 2, oneExtent: 1 << 3 } as const;

export const REPLY_FLAG = { done: 1 } as const;
export const REPLY_TYPE = { offsetData: 1, offsetHole: 2, blockStatus: 5, error: 0x8001 } as const;

export const NBD_ERROR = {
  none: 0,
  io: 5,
  invalid: 22,
  noSpace: 28,
  overflow: 75,
} as const;

/** The metadata context that tells which parts of the volume are allocated; the id is the server's own choice. */
export const ALLOCATION_CONTEXT = { name: 'base:allocation', id: 1, hole: 1, zero: 2 } as const;

export interface NbdRequest {
  flags: number;
  command: number;
  /** Opaque to the server, sent back with the reply. */
  cookie: Buffer;
  offset: number;
  length: number;
}

/** The error of the protocol for an error of the block device. */
export function nbdErrorOf(error: unknown): number {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT' ? NBD_ERROR.noSpace : NBD_ERROR.io;
}
