/** Asks one broker after the other, beginning anywhere, until one answers. Throws what the last one failed with. */
export async function askAnyBroker<Answer>(
  brokerNames: readonly string[],
  ask: (brokerName: string) => Promise<Answer>,
): Promise<Answer> {
  let failure: unknown
  for (const brokerName of shuffled(brokerNames)) {
    try {
      return await ask(brokerName)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

function shuffled(names: readonly string[]): string[] {
  const start = Math.floor(Math.random() * names.length)
  return [...names.slice(start), ...names.slice(0, start)]
}
