import { ResponseCode, responseCodeName } from '@rocketeer/protocol'
import { TopicRouteData } from '@rocketeer/protocol/bodies'
import { getRouteinfoByTopic } from '@rocketeer/protocol/commands'
import { RemotingClient } from '@rocketeer/remoting'

/** The key of a master in a broker's addresses. Apache: MixAll.MASTER_ID. */
const MASTER_ID = 0

/** Asks a nameserver for a master: one that has `topic`, or one that makes topics on demand. */
export async function findBroker(nameserver: string, topic: string): Promise<string> {
  const client = new RemotingClient()
  try {
    for (const name of [topic, 'TBW102']) {
      const response = await client.request(nameserver, getRouteinfoByTopic, { topic: name })
      if (response.code === ResponseCode.TOPIC_NOT_EXIST) continue
      if (response.code !== ResponseCode.SUCCESS) {
        throw new Error(`${nameserver} answered ${responseCodeName(response.code)}: ${response.remark}`)
      }
      for (const { brokerAddrs } of TopicRouteData.decode(response.body).brokerDatas) {
        const master = new Map(brokerAddrs).get(MASTER_ID)
        if (master !== undefined) return master
      }
    }
  } finally {
    await client.close()
  }
  throw new Error(`${nameserver} knows no broker with topic ${topic}, nor one that makes topics on demand`)
}
