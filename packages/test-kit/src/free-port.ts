import { createServer } from 'node:net'

// Below the range Linux gives to outgoing connections, so that nobody is handed the port between test and use.
const PORT_MIN = 15_000
const PORT_MAX = 32_000
const ATTEMPTS_MAX = 200

/**
 * A port nobody listens on, with the ports at `neighbours` (relative) free as well. A broker needs `[-2]` for its VIP
 * channel, Apache's `[-2, 1]`: also one for replication.
 */
export async function freePort(neighbours: readonly number[] = []): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const port = PORT_MIN + Math.floor(Math.random() * (PORT_MAX - PORT_MIN))
    const wanted = [port, ...neighbours.map((offset) => port + offset)]
    if ((await Promise.all(wanted.map(isFree))).every(Boolean)) return port
  }
  throw new Error(`no free port found between ${PORT_MIN} and ${PORT_MAX}`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, () => server.close(() => resolve(true)))
  })
}
