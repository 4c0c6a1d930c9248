/** The time of an event, `2026-11-22T10:15:30Z`. */
export const utcSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
