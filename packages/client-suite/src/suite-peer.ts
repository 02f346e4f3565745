import { type Client, type ClientOptions, connect } from '@rocketeer/client'

/**
 * A cluster that the suite runs against: at least one broker that creates topics by itself, filters by properties and takes
 * recalls. Its delay levels 1 to 3 (Apache: `messageDelayLevel`), which retries use, take a second or less, level 18 takes
 * longer than a test. The transaction timeout and the interval of checks (`transactionTimeOut`,
 * `transactionCheckInterval`) are a second or little more.
 */
export interface SuitePeer {
  /** For `connect`. */
  nameservers: string[]
  stop(): Promise<void>
}

/** What the parts of the suite share: clients that are closed after each test, and names that no other test uses. */
export class SuiteWorld {
  #peer: SuitePeer | undefined
  #clients: Client[] = []

  async start(startPeer: () => Promise<SuitePeer>): Promise<void> {
    this.#peer = await startPeer()
  }

  async stop(): Promise<void> {
    await this.#peer?.stop()
  }

  get nameservers(): string[] {
    return this.#peer!.nameservers
  }

  async connect(options: Partial<ClientOptions> = {}): Promise<Client> {
    const client = await connect({ nameservers: this.nameservers, ...options })
    this.#clients.push(client)
    return client
  }

  async closeClients(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.close()))
  }

  name(prefix: string): string {
    return `${prefix}-${process.pid}-${Date.now().toString(36)}${names++}`
  }
}

let names = 0
