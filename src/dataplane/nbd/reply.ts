/** The replies of NBD, simple and structured. */
import type { Agreement } from './handshake.ts';
import {
  ALLOCATION_CONTEXT,
  COMMAND,
  type NbdRequest,
  REPLY_FLAG,
  REPLY_TYPE,
  SIMPLE_REPLY_BYTES,
  SIMPLE_REPLY_MAGIC,
  STRUCTURED_REPLY_BYTES,
  STRUCTURED_REPLY_MAGIC,
} from './protocol.ts';

/**
 * A reply that carries an error or nothing: simple, except where structured replies are agreed on and the request is one
 * that must then be answered so. `isLast` is for one of several chunks.
 */
export function replyWithoutData(
  request: NbdRequest,
  error: number,
  { structuredReplies }: Agreement,
  isLast = true,
): Buffer {
  const isStructured =
    structuredReplies && (request.command === COMMAND.read || request.command === COMMAND.blockStatus);
  const reply = Buffer.alloc(isStructured ? STRUCTURED_REPLY_BYTES + 6 : SIMPLE_REPLY_BYTES);
  if (isStructured) {
    writeChunkHeader(reply, 0, request, REPLY_TYPE.error, 6, isLast);
    reply.writeUInt32BE(error, STRUCTURED_REPLY_BYTES);
  } else {
    writeSimpleReply(reply, 0, request, error);
  }
  return reply;
}

export function writeSimpleReply(buffer: Buffer, at: number, { cookie }: NbdRequest, error: number): void {
  buffer.writeUInt32BE(SIMPLE_REPLY_MAGIC, at);
  buffer.writeUInt32BE(error, at + 4);
  cookie.copy(buffer, at + 8);
}

export function writeChunkHeader(
  buffer: Buffer,
  at: number,
  { cookie }: NbdRequest,
  type: number,
  payloadBytes: number,
  isLast = true,
): void {
  buffer.writeUInt32BE(STRUCTURED_REPLY_MAGIC, at);
  buffer.writeUInt16BE(isLast ? REPLY_FLAG.done : 0, at + 4);
  buffer.writeUInt16BE(type, at + 6);
  cookie.copy(buffer, at + 8);
  buffer.writeUInt32BE(payloadBytes, at + 16);
}

export function writeUint64(buffer: Buffer, at: number, value: number): void {
  buffer.writeUInt32BE(Math.floor(value / 2 ** 32), at);
  buffer.writeUInt32BE(value % 2 ** 32, at + 4);
}

const DESCRIPTOR_BYTES = 8;

interface Descriptor {
  readonly bytes: number;
  readonly isWritten: boolean;
}

export function blockStatusBytes(descriptors: readonly Descriptor[]): number {
  return STRUCTURED_REPLY_BYTES + 4 + descriptors.length * DESCRIPTOR_BYTES;
}

export function writeBlockStatus(
  buffer: Buffer,
  start: number,
  request: NbdRequest,
  descriptors: readonly Descriptor[],
): void {
  const payloadBytes = blockStatusBytes(descriptors) - STRUCTURED_REPLY_BYTES;
  writeChunkHeader(buffer, start, request, REPLY_TYPE.blockStatus, payloadBytes);
  let at = buffer.writeUInt32BE(ALLOCATION_CONTEXT.id, start + STRUCTURED_REPLY_BYTES);
  for (const { bytes, isWritten } of descriptors) {
    at = buffer.writeUInt32BE(bytes, at);
    at = buffer.writeUInt32BE(isWritten ? 0 : ALLOCATION_CONTEXT.hole | ALLOCATION_CONTEXT.zero, at);
  }
}

export const HOLE_REPLY_BYTES = STRUCTURED_REPLY_BYTES + 12;

export function writeHole(buffer: Buffer, start: number, request: NbdRequest): void {
  writeChunkHeader(buffer, start, request, REPLY_TYPE.offsetHole, 12);
  writeUint64(buffer, start + STRUCTURED_REPLY_BYTES, request.offset);
  buffer.writeUInt32BE(request.length, start + STRUCTURED_REPLY_BYTES + 8);
}
