/**
 * Why the block host refused: `NotFound` and `Exists` for names, `InUse` for what is attached or still shared,
 * `WrongKey` for a data key that is missing, not wanted, or not the one the blocks are under, `Unrelated` for snapshots
 * without common blocks, `InvalidRequest` for sizes and offsets, `Broken` for a store whose disk failed, `Damaged` for
 * blocks or maps that are on disk and are not what was written: they are left as they are.
 */
export type BlockFailureCode =
  | 'NotFound'
  | 'Exists'
  | 'InUse'
  | 'WrongKey'
  | 'Unrelated'
  | 'InvalidRequest'
  | 'Broken'
  | 'Damaged';

export class BlockFailure extends Error {
  readonly code: BlockFailureCode;

  constructor(code: BlockFailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BlockFailure';
    this.code = code;
  }
}
