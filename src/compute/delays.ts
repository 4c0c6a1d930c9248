/** How long simulated work takes: as on AWS, by a factor. Grants are known everywhere at once. */
export const scaledDelays = (factor: number) => ({
  scaled: (awsMs: number) => awsMs * factor,
  grantPropagationMs: 0,
});
