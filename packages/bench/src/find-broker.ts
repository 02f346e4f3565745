import { ResponseCode, responseCodeName, SystemTopic } from '@rocketeer/protocol'
import { MASTER_ID, TopicRouteData } from '@rocketeer/protocol/bodies'
import { getRouteinfoByTopic } from '@rocketeer/protocol/commands'
import { RemotingClient } from '@rocketeer/remoting'

/** Asks a nameserver for a master that has `topic`, or else for one that creates topics on demand. */
export async function findBroker(nameserver: string, topic: string): Promise<string> {
  const client = new RemotingClient()
  try {
    for (const name of [topic, SystemTopic.AUTO_CREATE]) {
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
