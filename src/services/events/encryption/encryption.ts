/** Under which customer managed key something of EventBridge is. */
import type { WrappedKey } from '../../../service-kit/wrapped-key.ts';

/** As AWS describes it: an alias stands for the key itself. */
export const describedEncryption = (identifier: string | undefined): { encryption?: Encryption } =>
  identifier ? { encryption: { identifier, keyArn: identifier } } : {};

export interface Encryption {
  /** As it is shown. */
  readonly identifier: string;
  /** The key that this was when it was chosen: an alias that moves on changes nothing. */
  readonly keyArn: string;
  /** What of it is no event is under. A bus or archive of a real account has it there, and none here. */
  readonly dataKey?: WrappedKey;
}
