import { ResponseCode } from '@rocketeer/protocol'
import { deleteKvConfig, getKvConfig, getNamesrvConfig, putKvConfig } from '@rocketeer/protocol/commands'
import { clientErrors, type NameserverAnswer } from '../errors.js'
import { checkTopic } from '../messages/names.js'
import { formatOrderConf, parseOrderConf } from '../routing/order-conf.js'
import type { AdminNeeds } from './admin-needs.js'
import { changeNameservers } from './nameserver-change.js'

/** Apache: NamesrvUtil.NAMESPACE_ORDER_TOPIC_CONFIG. */
const namespace = 'ORDER_TOPIC_CONFIG'

/** Undefined when no nameserver has one. Throws `ORDER_CONF_INVALID`. Apache: mqadmin updateOrderConf -m get. */
export async function orderConf(
  needs: AdminNeeds,
  topic: string,
): Promise<Record<string, number> | undefined> {
  const { response } = await needs.nameservers.ask(
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

/** Throws `ORDER_CONF_INVALID`. Apache: mqadmin updateOrderConf -m put. */
export async function setOrderConf(
  needs: AdminNeeds,
  topic: string,
  queues: Readonly<Record<string, number>>,
): Promise<NameserverAnswer[]> {
  checkTopic(topic)
  const value = formatOrderConf(new Map(Object.entries(queues)))
  if (parseOrderConf(value) === undefined) throw clientErrors.ORDER_CONF_INVALID({ topic, orderConf: value })
  const missed = await changeNameservers(needs, putKvConfig, { namespace, key: topic, value })
  needs.routes.forget(topic)
  return missed
}

/** Apache: mqadmin updateOrderConf -m delete. */
export async function deleteOrderConf(needs: AdminNeeds, topic: string): Promise<NameserverAnswer[]> {
  checkTopic(topic)
  const missed = await changeNameservers(needs, deleteKvConfig, { namespace, key: topic })
  needs.routes.forget(topic)
  return missed
}

/** The topic's queues on these brokers, beside what is configured for others. Apache: createOrUpdateOrderConf. */
export async function addToOrderConf(
  needs: AdminNeeds,
  topic: string,
  brokerNames: readonly string[],
  queues: number,
): Promise<void> {
  const added = Object.fromEntries(brokerNames.map((name) => [name, queues]))
  await setOrderConf(needs, topic, { ...(await orderConf(needs, topic)), ...added })
}

/** Nameservers that keep order configurations but do not tell clients. */
export async function keepingOrderConfSecret({ nameservers }: AdminNeeds): Promise<string[]> {
  const told = await nameservers.askEach(getNamesrvConfig, {}, ({ body }) => body.toString())
  return told
    .filter(({ answer }) => /^orderMessageEnable=false\s*$/m.test(answer))
    .map(({ address }) => address)
}
