/** As text, whatever was read: an object of JSON may have a member called toString, which String would call. */
export const asText = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);

/** NaN for what is no number. */
export const asNumber = (value: unknown): number => Number(asText(value));
