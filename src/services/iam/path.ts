import { validationError } from './errors.ts';

/** Refuses a path with AWS's sentence. Its length and characters are tested with the shape. */
export function refuseBadPath(path: string): void {
  if (path.startsWith('/') && path.endsWith('/') && !path.includes('//')) return;
  throw validationError(
    'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric ' +
      'characters and/or / characters.',
  );
}
