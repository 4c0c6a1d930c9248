/** What somebody who set an alarm's state said of it: JSON, of any form; text that is none stays text. */
export function parsedReason(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
