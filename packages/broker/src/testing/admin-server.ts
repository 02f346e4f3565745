import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeFileSystem } from '@rocketeer/files'
import { ManualClock, Resources, silentLogger } from '@rocketeer/foundation'
import type { Command, FieldTable, FieldValues } from '@rocketeer/protocol'
import { encodeHost, PropertyName } from '@rocketeer/protocol/record'
import { type Connection, RemotingClient, RemotingServer, type Response, Router } from '@rocketeer/remoting'
import { notHere } from '../admin/not-here.js'
import { parseBrokerOptions } from '../conf/parse-broker-options.js'
import { ownRecord } from '../messages/own-record.js'
import { LiveConfig } from '../options/live-config.js'
import { openWings, routesOf, type Wings } from '../wings.js'

/** A broker behind a real port, and a client that administers it. */
export class AdminServer implements AsyncDisposable {
  readonly clock: ManualClock
  readonly parts: Wings
  readonly address: string
  readonly #server: RemotingServer
  readonly #client: RemotingClient
  readonly #resources: Resources

  static async start(): Promise<AdminServer> {
    const resources = new Resources()
    const directory = await mkdtemp(join(tmpdir(), 'rocketeer-admin-'))
    resources.defer(() => rm(directory, { recursive: true, force: true }))
    const clock = new ManualClock()
    const logger = silentLogger
    const config = new LiveConfig(
      parseBrokerOptions({
        directory,
        brokerName: 'broker-a',
        commitLogFileBytes: 1024 * 1024,
        fileReservedHours: 1,
      }),
    )
    const address = () => '127.0.0.1:10911'
    const storeHost = () => encodeHost('127.0.0.1', 10911)
    const parts = await openWings(
      { directory, files: nodeFileSystem, clock, logger, config, address, storeHost },
      resources,
    )
    const router = new Router(routesOf(parts), { logger, reasons: notHere })
    const server = resources.use(await RemotingServer.listen({ host: '127.0.0.1', port: 0, router }))
    const client = resources.use(new RemotingClient())
    return new AdminServer({ clock, parts, server, client, resources })
  }

  private constructor(
    facts: Pick<AdminServer, 'clock' | 'parts'> & {
      server: RemotingServer
      client: RemotingClient
      resources: Resources
    },
  ) {
    this.clock = facts.clock
    this.parts = facts.parts
    this.address = `127.0.0.1:${facts.server.port}`
    this.#server = facts.server
    this.#client = facts.client
    this.#resources = facts.resources
  }

  request<Q extends FieldTable, R extends FieldTable>(
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    body?: Buffer,
  ): Promise<Response<R>> {
    return this.#client.request(this.address, command, fields, body)
  }

  onConnection(listener: (connection: Connection) => void): void {
    this.#server.onConnection(listener)
  }

  /** Stores `count` messages in one queue. */
  async fill(topic: string, queueId: number, count: number, tags?: string, bodyBytes = 10): Promise<void> {
    const host = encodeHost('127.0.0.1', 1)
    for (let i = 0; i < count; i++) {
      await this.parts.store.append(
        ownRecord({
          topic,
          queueId,
          bornTimestamp: this.clock.now(),
          bornHost: host,
          body: Buffer.alloc(bodyBytes, `message ${i}`),
          properties: tags ? { [PropertyName.TAGS]: tags } : {},
        }),
      )
      this.parts.stats.onPut(topic, 1, 100)
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.close()
  }
}
