import type { Command, FieldTable, FieldValues } from '@rocketeer/protocol'
import { encodeHost, PropertyName } from '@rocketeer/protocol/record'
import { RemotingClient, type Response } from '@rocketeer/remoting'
import { ownRecord } from '../messages/own-record.js'
import type { Wings } from '../wings.js'
import { BrokerFixture } from './broker-fixture.js'

/** A broker and a client that administers it. */
export class AdminServer implements AsyncDisposable {
  readonly broker: BrokerFixture
  readonly #client = new RemotingClient()

  static async start(): Promise<AdminServer> {
    return new AdminServer(
      await BrokerFixture.start({ commitLogFileBytes: 1024 * 1024, fileReservedHours: 1 }),
    )
  }

  private constructor(broker: BrokerFixture) {
    this.broker = broker
  }

  get clock() {
    return this.broker.clock
  }

  get parts(): Wings {
    return this.broker.parts
  }

  request<Q extends FieldTable, R extends FieldTable>(
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    body?: Buffer,
  ): Promise<Response<R>> {
    return this.#client.request(this.broker.address, command, fields, body)
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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close()
    await this.broker[Symbol.asyncDispose]()
  }
}
