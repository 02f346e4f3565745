import {
  getAllMessageRequestMode,
  MessageRequestModeSerializeWrapper,
  SetMessageRequestModeRequestBody,
  setMessageRequestMode as setMessageRequestModeCommand,
} from '@rocketeer/protocol/commands'
import { checkGroup, checkTopic } from '../messages/names.js'
import type { AdminNeeds } from './admin-needs.js'
import { masterNames } from './cluster.js'

/** How a group gets the messages of a topic, where its consumers leave that to brokers. */
export interface MessageRequestMode {
  mode: 'PULL' | 'POP'
  /**
   * With POP: from the queues of how many other members each takes, too. 0: every member takes from all queues; 1: each
   * queue has two members; and so on. Apache: popShareQueueNum.
   */
  popShareQueueNum: number
}

export interface RequestModeSettings {
  popShareQueueNum?: number
  brokers?: readonly string[]
  cluster?: string
}

/** Apache: mqadmin setConsumeMode. */
export async function setMessageRequestMode(
  needs: AdminNeeds,
  group: string,
  topic: string,
  mode: MessageRequestMode['mode'],
  { popShareQueueNum = 0, brokers, cluster }: RequestModeSettings,
): Promise<void> {
  checkGroup(group)
  checkTopic(topic)
  const body = SetMessageRequestModeRequestBody.encode({
    topic,
    consumerGroup: group,
    mode,
    popShareQueueNum,
  })
  const names = await masterNames(needs, brokers, cluster)
  await Promise.all(names.map((name) => needs.brokers.call(name, setMessageRequestModeCommand, {}, body)))
}

/** By broker name, where one was set. */
export async function messageRequestModes(
  needs: AdminNeeds,
  group: string,
  topic: string,
): Promise<Map<string, MessageRequestMode>> {
  checkGroup(group)
  checkTopic(topic)
  const found = new Map<string, MessageRequestMode>()
  for (const name of await masterNames(needs, undefined)) {
    const { body } = await needs.brokers.call(name, getAllMessageRequestMode, {})
    const set = MessageRequestModeSerializeWrapper.decode(body).messageRequestModeMap.get(topic)?.get(group)
    if (set === undefined) continue
    const { mode, popShareQueueNum } = set
    found.set(name, { mode: mode === 'POP' ? 'POP' : 'PULL', popShareQueueNum })
  }
  return found
}
