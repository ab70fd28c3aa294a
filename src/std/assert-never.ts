/** Ends a `switch` over a closed union: a member that was forgotten does not compile, and one that arrives all the same throws. */
export function assertNever(value: never): never {
  throw new Error(`A case nobody wrote: ${JSON.stringify(value)}`);
}
