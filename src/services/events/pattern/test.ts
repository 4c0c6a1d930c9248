/** What a pattern asks of one value of an event. */
export type Scalar = string | number | boolean | null;
export type ValueTest = (value: Scalar) => boolean;
