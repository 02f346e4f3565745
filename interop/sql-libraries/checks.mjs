/** Runs each check, and prints whether it passed. */
export async function runChecks(checks, subject) {
  for (const { name, run } of checks) {
    const error = await run(subject).then(
      () => undefined,
      (failure) => failure.stack ?? String(failure),
    )
    console.log(JSON.stringify({ event: 'check', name, error }))
  }
}
