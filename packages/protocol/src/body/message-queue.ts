import { integer, object, text, type ValueOf } from './shape.js'

export const messageQueueShape = object({
  topic: text(),
  brokerName: text(),
  queueId: integer(),
})

/** One queue of a topic at one broker name. Apache: MessageQueue. */
export type MessageQueue = ValueOf<typeof messageQueueShape>
