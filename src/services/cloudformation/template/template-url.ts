/**
 * Templates that lie in S3. There is none here: a folder that the server is given stands for the buckets, `<bucket>/<key>`.
 * A template in it may name others by their paths, as one does before `aws cloudformation package` has uploaded them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-guide.html
 */
import { posix } from 'node:path';
import type { Ports } from '../../../invoke/port.ts';
import { notServed, validationError } from '../cloudformation.ts';

/** AWS's limit for a template in S3. */
export const MAX_BODY = 1_048_576;

export interface TemplateText {
  readonly body: string;
  /** Where in the folder it lies; absent where it came with the request. */
  readonly path?: string;
}

/** `parentPath` is where the template lies that names this one. */
export async function readTemplateUrl(
  { templates }: Pick<Ports, 'templates'>,
  url: string,
  parentPath = '',
): Promise<TemplateText> {
  if (!templates) {
    throw notServed(
      'TemplateURL without a folder of templates (latchkey start --templates DIR): there is no S3 here',
    );
  }
  const path = pathOf(url, parentPath);
  const body = await templates.read(path, MAX_BODY);
  if (body === undefined) {
    throw validationError(
      `S3 error: The specified key does not exist. There is no S3 here: the folder of templates has no file ${path} of at most a megabyte.`,
    );
  }
  return { body, path };
}

const HOST_OF_BUCKETS = /^s3([.-][a-z0-9.-]+)?\.amazonaws\.com(\.cn)?$/;
const HOST_OF_BUCKET = /^(?<bucket>.+?)\.s3([.-][a-z0-9.-]+)?\.amazonaws\.com(\.cn)?$/;

function pathOf(url: string, parentPath: string): string {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) return posix.join(posix.dirname(parentPath), url);
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) throw unsupported();
  const key = decoded(parsed.pathname.slice(1));
  if (HOST_OF_BUCKETS.test(parsed.hostname)) return key;
  const bucket = HOST_OF_BUCKET.exec(parsed.hostname)?.groups?.bucket;
  if (bucket === undefined) throw unsupported();
  return posix.join(bucket, key);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw unsupported();
  }
}

const unsupported = () => validationError('TemplateURL must be a supported URL.');
