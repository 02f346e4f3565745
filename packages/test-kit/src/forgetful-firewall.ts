import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** Passes connections on to an address. What it forgets is silent from then on, and not closed, as with a real one. */
export class ForgetfulFirewall implements AsyncDisposable {
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #forgotten = new Set<Socket>()
  /** Connections made so far. */
  connections = 0

  /** `target` is asked for at each connection; `port` is a free one when left out. */
  static async start(target: () => { port: number }, port = 0): Promise<ForgetfulFirewall> {
    const server = createServer()
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return new ForgetfulFirewall(server, target)
  }

  private constructor(server: Server, target: () => { port: number }) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
    server.on('connection', (near) => this.#pass(near, connect(target().port, '127.0.0.1')))
  }

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  /** Drops what comes on the connections there are; new ones are passed on. */
  forget(): void {
    for (const socket of this.#sockets) this.#forgotten.add(socket)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #pass(near: Socket, far: Socket): void {
    this.connections++
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from)
      from.setNoDelay(true)
      from.on('data', (bytes) => this.#forgotten.has(from) || to.write(bytes))
      from.on('error', () => {})
      from.on('close', () => {
        this.#sockets.delete(from)
        if (!this.#forgotten.has(from)) to.destroy()
      })
    }
  }
}
