/**
 * What a promise is rejected with. `expect(promise).rejects` would do, but it waits without letting all of gRPC's work be done,
 * so that a request runs into its deadline.
 */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("there was no failure");
}
