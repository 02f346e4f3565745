import { type Client, isRocketeerError, type TopicMessageType } from '@rocketeer/client'

/** How a topic is set up in a cluster, on all its brokers together. */
export interface TopicShape {
  readonly brokers: number
  readonly readQueues: number
  readonly writeQueues: number
  /** 2 write, 4 read, 6 both. */
  readonly perm: number
  /** Undefined where brokers before 5.0 do not know. */
  readonly type: TopicMessageType | undefined
  /** Whether nameservers keep its queues for producers. */
  readonly order: boolean
}

/** Undefined when there is no such topic. */
export async function topicShape(client: Client, topic: string): Promise<TopicShape | undefined> {
  const { topics, orderQueues } = client.admin()
  try {
    const { queueDatas } = await topics.route(topic)
    const type = await topics.type(topic).catch((error: unknown) => {
      if (isRocketeerError(error, 'BROKER_REFUSED')) return undefined
      throw error
    })
    return {
      brokers: queueDatas.length,
      readQueues: queueDatas.reduce((sum, { readQueueNums }) => sum + readQueueNums, 0),
      writeQueues: queueDatas.reduce((sum, { writeQueueNums }) => sum + writeQueueNums, 0),
      perm: queueDatas.reduce((all, { perm }) => all | perm, 0) & 6,
      type,
      order: (await orderQueues.get(topic)) !== undefined,
    }
  } catch (error) {
    if (isRocketeerError(error, 'NO_ROUTE')) return undefined
    throw error
  }
}

/** What the new cluster has otherwise; more queues are no difference. */
export function shapeDifferences(from: TopicShape, to: TopicShape): string[] {
  const found: string[] = []
  if (to.readQueues < from.readQueues || to.writeQueues < from.writeQueues) found.push('queues')
  if (to.perm !== from.perm) found.push('perm')
  if (from.type !== undefined && to.type !== undefined && to.type !== from.type) found.push('type')
  if (to.order !== from.order) found.push('order')
  return found
}
