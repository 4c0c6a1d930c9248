/** What a web identity token asks of the session: tags and a source identity, in claims of AWS's own. */
import { asText } from '../../../aws/as-text.ts';
import type { Tag } from '../../../shapes/generated/sts.ts';
import { type SessionTags, sessionTags } from '../session/session-tags.ts';
import { type Claims, notValidated } from './token.ts';

const TAGS = 'https://aws.amazon.com/tags';
const SOURCE_IDENTITY = 'https://aws.amazon.com/source_identity';

export interface AssertedSession {
  readonly tags: SessionTags;
  readonly sourceIdentity?: string;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp */
export function assertedSession({ all }: Claims): AssertedSession {
  const sourceIdentity = all[SOURCE_IDENTITY];
  if (sourceIdentity !== undefined && !isSourceIdentity(sourceIdentity)) throw notValidated();
  const asserted = (all[TAGS] ?? {}) as { principal_tags?: object; transitive_tag_keys?: unknown[] };
  const tags = Object.entries(asserted.principal_tags ?? {}).map(([Key, values]): Tag => {
    const [Value] = [values].flat();
    if (typeof Value !== 'string') throw notValidated();
    return { Key, Value };
  });
  const transitive = [asserted.transitive_tag_keys ?? []].flat().map(asText);
  return {
    tags: sessionTags(tags, transitive),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  };
}

const isSourceIdentity = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w+=,.@-]{2,64}$/.test(value);
