/** More queues than this in one topic's configuration are a mistake. */
const QUEUES_MAX = 65_536

/**
 * The queues an order topic is sent to, by broker, whether that broker is up or not: so a key stays in its queue while a
 * broker is away. Written as `broker-a:8;broker-b:8` in the nameservers' namespace `ORDER_TOPIC_CONFIG`, under the
 * topic's name. Apache: MQClientInstance.topicRouteData2TopicPublishInfo.
 */
type OrderConf = ReadonlyMap<string, number>

/** `undefined` when the text is not of that form. */
export function parseOrderConf(text: string): OrderConf | undefined {
  const conf = new Map<string, number>()
  let queues = 0
  for (const entry of text.replace(/;+$/, '').split(';')) {
    const [, brokerName, count] = /^([^:]+):(\d{1,5})$/.exec(entry) ?? []
    if (brokerName === undefined || conf.has(brokerName)) return undefined
    conf.set(brokerName, Number(count))
    queues += Number(count)
  }
  return queues > 0 && queues <= QUEUES_MAX ? conf : undefined
}

export function formatOrderConf(conf: OrderConf): string {
  return [...conf].map(([brokerName, count]) => `${brokerName}:${count}`).join(';')
}
