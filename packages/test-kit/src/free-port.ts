import { createServer } from 'node:net'

// Below the range Linux gives to outgoing connections, so that nobody is handed the port between test and use.
const PORT_MIN = 15_000
const PORT_MAX = 32_000
const ATTEMPTS_MAX = 200
// Test workers that run side by side choose from slices of their own: a port is free until the process it was chosen for
// listens on it, and until then another worker would find it free as well.
const SLICES = 8
const SLICE_PORTS = Math.floor((PORT_MAX - PORT_MIN) / SLICES)
const slice = Number(process.env.VITEST_POOL_ID ?? 0) % SLICES
/** Ports given out lately, for the same reason. */
const givenOut = new Set<number>()
const GIVEN_OUT_MAX = SLICE_PORTS / 4

/**
 * A port nobody listens on, with the ports at `neighbours` (relative) free as well. A broker needs `[-2]` for its VIP
 * channel, Apache's `[-2, 1]`: also one for replication.
 */
export async function freePort(neighbours: readonly number[] = []): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const port = PORT_MIN + slice * SLICE_PORTS + Math.floor(Math.random() * SLICE_PORTS)
    const wanted = [port, ...neighbours.map((offset) => port + offset)]
    if (wanted.some((each) => givenOut.has(each))) continue
    remember(wanted)
    if ((await Promise.all(wanted.map(isFree))).every(Boolean)) return port
  }
  throw new Error(`no free port found between ${PORT_MIN} and ${PORT_MAX}`)
}

function remember(ports: readonly number[]): void {
  for (const port of ports) givenOut.add(port)
  for (const port of givenOut) {
    if (givenOut.size <= GIVEN_OUT_MAX) break
    givenOut.delete(port)
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, () => server.close(() => resolve(true)))
  })
}
