import { type RequestFields, ResponseCode } from '@rocketeer/protocol'
import {
  LockBatchRequestBody,
  LockBatchResponseBody,
  lockBatchMq,
  popMessage,
  QueryAssignmentRequestBody,
  QueryAssignmentResponseBody,
  queryAssignment,
  unlockBatchMq,
} from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'

export type Given = [queueId: number, mode: 'PULL' | 'POP']

/** What a broker answers consumers that leave it to brokers to divide queues, for topics with queues on `a`. */
export class ScriptedAssignment {
  readonly asked: QueryAssignmentRequestBody[] = []
  readonly pops: RequestFields<typeof popMessage>[] = []
  #answer: (topic: string) => { code?: number; body?: Buffer } = () => ({})

  give(...given: Given[]): void {
    this.#answer = (topic) => ({
      body: QueryAssignmentResponseBody.encode({
        messageQueueAssignments: given.map(([queueId, mode]) => ({
          messageQueue: { topic, brokerName: 'a', queueId },
          mode,
        })),
      }),
    })
  }

  giveNothing(): void {
    this.#answer = () => ({ body: QueryAssignmentResponseBody.encode({}) })
  }

  notSupported(): void {
    this.#answer = () => ({ code: ResponseCode.REQUEST_CODE_NOT_SUPPORTED })
  }

  /** Pops are answered "nothing" after a while. */
  get routes(): Route[] {
    return [
      route(queryAssignment, ({ body }) => {
        const asked = QueryAssignmentRequestBody.decode(body)
        this.asked.push(asked)
        return this.#answer(asked.topic)
      }),
      route(popMessage, async ({ fields }) => {
        this.pops.push(fields)
        await new Promise((resolve) => setTimeout(resolve, 20))
        const nothing = { popTime: 0, invisibleTime: 0, reviveQid: 0, restNum: 0 }
        return { code: ResponseCode.POLLING_TIMEOUT, fields: nothing }
      }),
      route(lockBatchMq, ({ body }) => {
        const { mqSet } = LockBatchRequestBody.decode(body)
        return { body: LockBatchResponseBody.encode({ lockOKMQSet: mqSet }) }
      }),
      route(unlockBatchMq, () => ({})),
    ]
  }
}
