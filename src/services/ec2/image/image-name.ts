/** Names of images: what they may hold, and that an account has each once in a region. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import { malformedImageName } from '../../../shapes/violation.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { images } from './image.ts';

const NAME = /^[a-zA-Z0-9()[\] ./\-'@_]{3,128}$/;

export function requireImageName(name: string): void {
  if (NAME.test(name)) return;
  throw malformedImageName();
}

export async function requireNewImageName(tx: ReadTransaction, scope: Scope, name: string): Promise<void> {
  const [twin] = await tx.find(images, 'name', { prefix: [scope.account, scope.region, name], limit: 1 });
  if (!twin) return;
  throw new AwsError('InvalidAMIName.Duplicate', `AMI name ${name} is already in use by AMI ${twin.id}`);
}
