/** What a filter pattern becomes, and the error for one that is not a pattern. */
import { invalidParameter } from '../errors.ts';

export type Filter = (message: string) => boolean;

export const invalidPattern = () => invalidParameter('Invalid filter pattern');
