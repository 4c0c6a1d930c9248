/** Every action of KMS by IAM's names: https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html */
import { kms } from './kms.ts';

/** Which no operation has the name of; ReEncrypt asks for the first two. */
const PERMISSIONS = ['ReEncryptFrom', 'ReEncryptTo', 'SynchronizeMultiRegionKey'];

/** Asked for by explanations alone: a server at rest does not read the shapes that name the operations. */
export const allActions = (): readonly string[] =>
  [...kms.shapes.operationNames.filter((operation) => operation !== 'ReEncrypt'), ...PERMISSIONS].map(
    (name) => `kms:${name}`,
  );
