import { ResponseCode } from '@rocketeer/protocol'
import { deleteKvConfig, getKvConfig, getNamesrvConfig, putKvConfig } from '@rocketeer/protocol/commands'
import { clientErrors, type NameserverAnswer } from '../errors.js'
import { checkTopic } from '../messages/names.js'
import { formatOrderConf, parseOrderConf } from '../routing/order-conf.js'
import type { AdminNeeds } from './cluster.js'
import { changeNameservers } from './nameserver-change.js'

/** Apache: NamesrvUtil.NAMESPACE_ORDER_TOPIC_CONFIG. */
const namespace = 'ORDER_TOPIC_CONFIG'

/**
 * The queues that nameservers keep for order topics (Apache's order configuration): producers choose among the same ones
 * while a broker is down. `admin.orderQueues` is one.
 */
export class OrderQueuesAdmin {
  readonly #needs: AdminNeeds

  /** @internal */
  constructor(needs: AdminNeeds) {
    this.#needs = needs
  }

  /**
   * How many queues of the topic are kept on each broker; undefined when no nameserver keeps any. Rejects with
   * `ORDER_CONF_INVALID`, and with `NO_ROUTE` when there is no such topic either. Apache: mqadmin updateOrderConf -m get.
   */
  async get(topic: string): Promise<Record<string, number> | undefined> {
    const kept = await this.#kept(topic)
    if (kept === undefined) await this.#needs.routes.existing(topic)
    return kept
  }

  /**
   * Has the topic sent to exactly these queues, such as `{ 'broker-a': 8, 'broker-b': 8 }`. Resolves to the nameservers
   * that did not take it. Rejects with `ORDER_CONF_INVALID`. Apache: mqadmin updateOrderConf -m put.
   */
  async set(topic: string, queues: Readonly<Record<string, number>>): Promise<NameserverAnswer[]> {
    checkTopic(topic)
    const value = formatOrderConf(new Map(Object.entries(queues)))
    if (parseOrderConf(value) === undefined) {
      throw clientErrors.ORDER_CONF_INVALID({ topic, orderConf: value })
    }
    const missed = await changeNameservers(this.#needs, {
      command: putKvConfig,
      fields: { namespace, key: topic, value },
    })
    this.#needs.routes.forget(topic)
    return missed
  }

  /** Keeps these queues beside what is kept on other brokers. Apache: DefaultMQAdminExt.createOrUpdateOrderConf. */
  async add(topic: string, queues: Readonly<Record<string, number>>): Promise<NameserverAnswer[]> {
    return this.set(topic, { ...(await this.#kept(topic)), ...queues })
  }

  /**
   * Has the topic sent to all queues there are again. Resolves to the nameservers that did not take it. Apache: mqadmin
   * updateOrderConf -m delete.
   */
  async delete(topic: string): Promise<NameserverAnswer[]> {
    checkTopic(topic)
    const missed = await changeNameservers(this.#needs, {
      command: deleteKvConfig,
      fields: { namespace, key: topic },
    })
    this.#needs.routes.forget(topic)
    return missed
  }

  /** Nameservers without `orderTopics`: they keep such queues but do not tell clients of them. */
  async silentNameservers(): Promise<string[]> {
    const asked = await this.#needs.nameservers.askEach(getNamesrvConfig, {}, ({ body }) => body.toString())
    return asked
      .filter(({ answer }) => /^orderMessageEnable=false\s*$/m.test(answer))
      .map(({ address }) => address)
  }

  async #kept(topic: string): Promise<Record<string, number> | undefined> {
    const { response } = await this.#needs.nameservers.ask(
      getKvConfig,
      { namespace, key: topic },
      ({ code }) => code === ResponseCode.SUCCESS,
    )
    const text = response.code === ResponseCode.SUCCESS ? response.fields.value : undefined
    if (!text) return undefined
    const conf = parseOrderConf(text)
    if (conf === undefined) throw clientErrors.ORDER_CONF_INVALID({ topic, orderConf: text })
    return Object.fromEntries(conf)
  }
}
