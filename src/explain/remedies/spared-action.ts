/**
 * A deny that is the caller's own, whom to spare would be to take it away, and that denies an action beside others, which it does
 * not name: all but those that it lists, or those of a pattern. It goes on to deny the others.
 */
import type { AccessRequest } from '../../policy/decision.ts';
import { compileGlob } from '../../policy/glob.ts';
import { type GlobPart, parseTemplate } from '../../policy/template.ts';
import type { PolicyTrace } from '../../policy/trace.ts';
import { allActions } from '../../services/kms/index.ts';
import { isSameName } from '../words/names.ts';
import type { Statement } from './near-miss.ts';
import { isOwn } from './spared-resource.ts';

interface Spared {
  readonly why: string;
  readonly statement: object;
}

/** More than these nobody would list in place of a pattern. */
const MAX_LISTED = 12;

export function sparedAction(
  { action, principal }: AccessRequest,
  { policyName }: PolicyTrace,
  written: Statement,
): Spared[] {
  if (!isOwn(policyName, principal) && !namesAlone(written.Principal, principal)) return [];
  const why = `spares ${action}`;
  if (written.NotAction !== undefined) {
    return [{ why, statement: { ...written, NotAction: [...listOf(written.NotAction), action] } }];
  }
  const listed = listOf(written.Action);
  const others = [...new Set(listed.flatMap((each) => withoutAction(each, action)))];
  const isSpared = !others.some((each) => actionMatcher(each)(action));
  const isNarrower = isSpared && others.length > 0 && others.length <= MAX_LISTED && !listed.includes(action);
  return isNarrower ? [{ why, statement: { ...written, Action: others } }] : [];
}

const listOf = (element: unknown): string[] => [element ?? []].flat() as string[];

/** What a pattern of KMS's actions means beside that one. What any other pattern means nobody has listed. */
function withoutAction(pattern: string, action: string): string[] {
  const matches = actionMatcher(pattern);
  if (!matches(action)) return [pattern];
  const isListed = /^kms:/i.test(pattern);
  return isListed ? allActions().filter((each) => matches(each) && !isSameName(each, action)) : [pattern];
}

function actionMatcher(pattern: string): (action: string) => boolean {
  const parts = parseTemplate(pattern.toLowerCase(), { variables: false, wildcards: true }) as GlobPart[];
  const matches = compileGlob(parts);
  return (action) => matches(action.toLowerCase());
}

function namesAlone(element: unknown, principal: AccessRequest['principal']): boolean {
  const { AWS = [] } = Object(element) as { AWS?: string | string[] };
  const arn =
    principal.kind === 'role-session' ? principal.roleArn : 'arn' in principal ? principal.arn : undefined;
  const [only, ...others] = [AWS].flat();
  return only !== undefined && only === arn && others.length === 0;
}
