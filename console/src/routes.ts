/** Where in the console one is: the address after `#`, a screen and what it shows. */
import { useSyncExternalStore } from 'react';

export interface Route {
  readonly screen: string;
  readonly rest: readonly string[];
}

export const SCREENS = [
  ['problems', 'Why did it stop?'],
  ['keys', 'Keys'],
  ['activity', 'Activity'],
  ['paths', 'Paths'],
  ['things', 'Things'],
  ['clock', 'Clock'],
] as const;

export const hrefOf = (screen: string, ...rest: readonly string[]): string =>
  `#/${[screen, ...rest].map(encodeURIComponent).join('/')}`;

function routeOf(hash: string): Route {
  const [screen = '', ...rest] = hash.replace(/^#\/?/, '').split('/').map(decoded);
  return { screen: screen || SCREENS[0][0], rest };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(
    (listener) => {
      addEventListener('hashchange', listener);
      return () => removeEventListener('hashchange', listener);
    },
    () => location.hash,
  );
  return routeOf(hash);
}

export function go(href: string): void {
  location.hash = href;
}
