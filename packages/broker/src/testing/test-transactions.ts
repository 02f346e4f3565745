import type { RequestFields } from '@rocketeer/protocol'
import { checkTransactionState, endTransaction } from '@rocketeer/protocol/commands'
import { decodeMessageId, decodeRecord, type MessageRecord, SysFlag } from '@rocketeer/protocol/record'
import { Router, route } from '@rocketeer/remoting'
import type { BrokerFixture } from './broker-fixture.js'
import type { SendOverrides, TestClient } from './test-client.js'

export type Outcome = 'commit' | 'rollback' | 'unknown'

export interface AskedFor {
  readonly fields: RequestFields<typeof checkTransactionState>
  readonly message: MessageRecord
}

/** What a producer knows of a half message it sent. */
export interface SentHalf {
  readonly queueId: number
  readonly queueOffset: number
  readonly physicalOffset: number
  readonly uniqueKey: string
}

const BITS = { commit: SysFlag.TRANSACTION_COMMIT, rollback: SysFlag.TRANSACTION_ROLLBACK, unknown: 0 }

let keys = 0

/** A producer of transactions that sends what Apache's sends, and answers checks as the test says. */
export class TestTransactions {
  readonly asked: AskedFor[] = []
  /** Undefined: no answer. */
  answer: (asked: AskedFor) => Outcome | undefined = () => undefined
  client!: TestClient
  readonly group: string

  private constructor(group: string) {
    this.group = group
  }

  static async start(broker: BrokerFixture, group = 'payers'): Promise<TestTransactions> {
    const producer = new TestTransactions(group)
    const router = new Router([
      route(checkTransactionState, ({ fields, body }) => {
        producer.#onCheck({ fields, message: decodeRecord(body, 0) })
        return {}
      }),
    ])
    producer.client = await broker.client(router)
    await producer.client.heartBeat({ producerDataSet: [{ groupName: group }] })
    return producer
  }

  /** Sends a half message; throws when the broker refuses it. */
  async begin(topic: string, body: string, overrides: SendOverrides = {}): Promise<SentHalf> {
    const uniqueKey = `KEY${keys++}`
    const sent = await this.client.send(topic, {
      producerGroup: this.group,
      body: Buffer.from(body),
      sysFlag: SysFlag.TRANSACTION_PREPARED,
      ...overrides,
      props: { TRAN_MSG: 'true', PGROUP: this.group, UNIQ_KEY: uniqueKey, ...overrides.props },
    })
    if (sent.code !== 0) throw new Error(`${sent.code} ${sent.remark}`)
    const { fields } = sent
    const { physicalOffset } = decodeMessageId(fields.msgId)
    return { queueId: fields.queueId, queueOffset: fields.queueOffset, physicalOffset, uniqueKey }
  }

  /** Tells the outcome and waits for the broker's answer, which real clients do not. */
  end(
    half: Pick<SentHalf, 'queueOffset' | 'physicalOffset'>,
    outcome: Outcome,
    changes: Partial<RequestFields<typeof endTransaction>> = {},
  ) {
    return this.client.connection.request(endTransaction, this.#endFields(half, outcome, changes))
  }

  /** Tells the outcome without waiting, as real clients do. */
  endOneway(half: Pick<SentHalf, 'queueOffset' | 'physicalOffset'>, outcome: Outcome): void {
    this.client.connection.oneway(endTransaction, this.#endFields(half, outcome, {}))
  }

  #endFields(
    half: Pick<SentHalf, 'queueOffset' | 'physicalOffset'>,
    outcome: Outcome,
    changes: Partial<RequestFields<typeof endTransaction>>,
  ): RequestFields<typeof endTransaction> {
    return {
      producerGroup: this.group,
      tranStateTableOffset: half.queueOffset,
      commitLogOffset: half.physicalOffset,
      commitOrRollback: BITS[outcome],
      fromTransactionCheck: false,
      msgId: '',
      ...changes,
    }
  }

  #onCheck(asked: AskedFor): void {
    this.asked.push(asked)
    const outcome = this.answer(asked)
    if (outcome === undefined) return
    const { tranStateTableOffset: queueOffset, commitLogOffset: physicalOffset } = asked.fields
    this.client.connection.oneway(endTransaction, {
      ...this.#endFields({ queueOffset, physicalOffset }, outcome, {}),
      fromTransactionCheck: true,
    })
  }
}
