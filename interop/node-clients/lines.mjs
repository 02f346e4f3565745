import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const [, , modules, address] = process.argv

/** Where the client connects to. */
export { address }

/** Loads a client from the folder that it was installed in. */
export const load = createRequire(join(modules, 'package.json'))

/** One JSON line for the tests. */
export function print(event, facts) {
  console.log(JSON.stringify({ event, time: Date.now(), ...facts }))
}

/** Resolves when the test says so; then the program ends. */
export async function untilStopped() {
  await once(process.stdin, 'data')
  process.exit(0)
}
