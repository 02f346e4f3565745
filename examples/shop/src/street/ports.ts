import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/**
 * What listens in a street. The port two below a broker's is its fast lane; it stays free for whatever wants to be there.
 */
const OFFSETS = {
  nameserver: 1,
  broker: 4,
  newNameserver: 5,
  newBroker: 8,
  order: 9,
  logistics: 10,
  mariadb: 11,
  postgres: 12,
  redis: 13,
} as const
export type PortName = keyof typeof OFFSETS

const BLOCK_PORTS = 16
/** Below what systems give to outgoing connections, which could have the port of a service that is away just now. */
const BLOCKS_FROM = 12_000
const BLOCKS = 180

/**
 * The ports of one street. They are a block that no other street has: whoever listens on its first port owns it, so two
 * streets that open at the same moment cannot choose the same, and a street that was killed leaves nothing behind.
 */
export class Ports {
  readonly #first: number
  readonly #owner: Server

  private constructor(first: number, owner: Server) {
    this.#first = first
    this.#owner = owner
  }

  static async reserve(): Promise<Ports> {
    const start = Math.floor(Math.random() * BLOCKS)
    for (let tried = 0; tried < BLOCKS; tried++) {
      const first = BLOCKS_FROM + ((start + tried) % BLOCKS) * BLOCK_PORTS
      const owner = await listenOn(first)
      if (!owner) continue
      if (await areFree(first)) return new Ports(first, owner.unref())
      owner.close()
    }
    throw new Error(
      `no ${BLOCK_PORTS} free ports in a row from ${BLOCKS_FROM} to ${BLOCKS_FROM + BLOCKS * BLOCK_PORTS}`,
    )
  }

  of(name: PortName): number {
    return this.#first + OFFSETS[name]
  }

  release(): void {
    this.#owner.close()
  }
}

/** Whether nobody listens on the block's other ports. */
async function areFree(first: number): Promise<boolean> {
  for (let port = first + 1; port < first + BLOCK_PORTS; port++) {
    const server = await listenOn(port)
    if (!server) return false
    server.close()
    await once(server, 'close')
  }
  return true
}

function listenOn(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, () => resolve(server))
  })
}
