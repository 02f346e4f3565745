import { connect } from '@rocketeer/client'
import { nameInPlay } from '../services/service.js'
import { retrySecondsOf } from './pace.js'

/**
 * A cluster that the story did not start, for example Apache RocketMQ. A play has topics and groups of its own there, and
 * takes them away when it leaves, so that it neither meets what an earlier one left nor leaves anything itself.
 */
export class OtherCluster {
  /** How long a message waits for each of its retries there, in seconds. */
  readonly retrySeconds: readonly number[]
  readonly #nameservers: string

  private constructor(nameservers: string, retrySeconds: readonly number[]) {
    this.#nameservers = nameservers
    this.retrySeconds = retrySeconds
  }

  /** Asks a broker for its delay levels. Rejects when nobody answers. */
  static async open(nameservers: string): Promise<OtherCluster> {
    await using client = await connect({ nameservers })
    const { brokers } = client.admin()
    const [master] = await brokers.list()
    if (!master) throw new Error(`the nameservers ${nameservers} know no broker`)
    process.env.SHOP_PLAY = `-${Date.now().toString(36)}`
    const { messageDelayLevel = '' } = await brokers.config(master.brokerName)
    return new OtherCluster(nameservers, retrySecondsOf(messageDelayLevel))
  }

  /**
   * Deletes the topics and groups of the play. A broker of Apache's creates a group again for a pull that waited while its
   * member went, so that some of the names may stay in its list.
   */
  async leave(): Promise<void> {
    await using client = await connect({ nameservers: this.#nameservers })
    const { topics, groups } = client.admin()
    const isOurs = (name: string) => name.endsWith(nameInPlay(''))
    for (const topic of (await topics.list({ system: true })).filter(isOurs)) await topics.delete(topic)
    for (const { groupName } of await groups.list()) if (isOurs(groupName)) await groups.delete(groupName)
  }
}
