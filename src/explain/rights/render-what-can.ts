/** Prints the answer of what-can. */
import { changedSinceSection } from '../history/changed-since-read.ts';
import { resourceName } from '../words/names.ts';
import { type RenderOptions, rightLines } from './render-who-can.ts';
import type { WhatCan } from './what-can.ts';

export function renderWhatCan(
  { who, keys, asked, changedSince }: WhatCan,
  options: RenderOptions = {},
): string {
  const sections = [`What ${who} may do with keys`];
  for (const { key, alias, state, rights } of keys) {
    const actions = [...new Set(rights.map(({ action }) => action))];
    const title = `${resourceName(key)}${alias ? ` (${alias})` : ''}${state === 'Enabled' ? '' : `: ${state}, so nothing until that changes`}`;
    sections.push(`${title}\n${rightLines(rights, actions, { ...options, neverAll: true }).join('\n')}`);
  }
  const rest = asked - keys.length;
  if (keys.length === 0) sections.push(nothing(asked));
  else if (rest > 0)
    sections.push(`With the other ${rest} of the ${asked} keys that are known here: nothing.`);
  sections.push(...changedSinceSection(changedSince));
  return sections.join('\n\n');
}

function nothing(asked: number): string {
  if (asked === 0) return 'Nothing: no key is known here.';
  return `Nothing, with ${asked === 1 ? 'the one key that is' : `any of the ${asked} keys that are`} known here.`;
}
