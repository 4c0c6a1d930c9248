/**
 * What stands in a description of a real account for a value that may be a secret, and was left out when it was read. Nobody
 * knows what it is: it is neither equal to another value nor different from it.
 */
export const LEFT_OUT = '{{latchkey:left-out}}';

/** A text may have it within: a function of the template was evaluated over it. */
export const isLeftOut = (value: unknown): boolean => typeof value === 'string' && value.includes(LEFT_OUT);
