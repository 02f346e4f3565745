/**
 * Asks one broker after the other until one answers, beginning with a random one, so that not all clients ask the same.
 * `random`: as Math.random. Throws what the last one failed with.
 */
export async function askAnyBroker<Answer>(
  brokerNames: readonly string[],
  random: () => number,
  ask: (brokerName: string) => Promise<Answer>,
): Promise<Answer> {
  let failure: unknown
  for (const brokerName of fromAnywhere(brokerNames, random)) {
    try {
      return await ask(brokerName)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

function fromAnywhere(names: readonly string[], random: () => number): string[] {
  const start = Math.floor(random() * names.length)
  return [...names.slice(start), ...names.slice(0, start)]
}
