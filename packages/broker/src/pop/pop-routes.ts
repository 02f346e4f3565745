import { ResponseCode } from '@rocketeer/protocol'
import {
  ackMessage,
  BatchAckMessageRequestBody,
  batchAckMessage,
  changeMessageInvisibletime,
  notification,
  peekMessage,
  pollingInfo,
  popMessage,
  popRollback,
} from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import type { Acknowledger } from './acknowledger.js'
import type { PeekedMessages, Peeker } from './peeker.js'
import type { PopNotifier } from './pop-notifier.js'
import type { PopResult } from './pop-request.js'
import type { Popper } from './popper.js'

interface Needs {
  readonly popper: Popper
  readonly acknowledger: Acknowledger
  readonly popNotifier: PopNotifier
  readonly peeker: Peeker
}

/** Consuming without owning queues. */
export function popRoutes({ popper, acknowledger, popNotifier, peeker }: Needs): Route[] {
  return [
    // Takes messages, or waits for one.
    route(popMessage, (request) => popper.pop(request), poppedReply),

    // A popped message was consumed, or several were.
    route(ackMessage, ({ fields }) => acknowledger.acknowledge(fields), done),
    route(
      batchAckMessage,
      ({ body }) => {
        const { acks, brokerName } = body.length > 0 ? BatchAckMessageRequestBody.decode(body) : NO_ACKS
        return acknowledger.acknowledgeBatch(acks, brokerName)
      },
      done,
    ),

    // A consumer needs longer for a popped message, or gives it back.
    route(
      changeMessageInvisibletime,
      ({ fields }) => acknowledger.changeInvisibleTime(fields),
      ({ popTime, invisibleTime, reviveQueueId }) => ({
        fields: { popTime, invisibleTime, reviveQid: reviveQueueId },
      }),
    ),

    // A proxy asks to be told when there is a message to pop, and how many pops wait for a queue.
    route(
      notification,
      ({ fields, connection }) => popNotifier.notify(fields, connection),
      ({ hasMessage, full }) => ({ fields: { hasMsg: hasMessage, pollingFull: full } }),
    ),
    route(pollingInfo, ({ fields }) => ({ fields: { pollingNum: popNotifier.waitingAt(fields) } })),

    // Shows messages without taking them.
    route(peekMessage, ({ fields }) => peeker.peek(fields), peekedReply),

    // Apache's broker can keep check points in RocksDB, and moves them to the revive topic when asked. Here they are
    // always in that topic, so there is nothing to move. Apache: AdminBrokerProcessor.transferPopToFsStore.
    route(popRollback, () => ({})),
  ]
}

const done = () => ({})

const NO_ACKS = { acks: [], brokerName: undefined }

const NO_MESSAGE = 'NO_MESSAGE_IN_QUEUE'

/** All fields are set also when there is no message: clients read the whole header of every answer. */
function poppedReply(popped: PopResult) {
  const { popTime, invisibleTime } = popped
  if (popped.status !== 'found') {
    const code = popped.status === 'full' ? ResponseCode.POLLING_FULL : ResponseCode.POLLING_TIMEOUT
    const nothing = { reviveQid: 0, restNum: 0, startOffsetInfo: '', msgOffsetInfo: '' }
    return { code, remark: popped.reason ?? NO_MESSAGE, fields: { popTime, invisibleTime, ...nothing } }
  }
  return {
    remark: 'FOUND',
    fields: {
      popTime,
      invisibleTime,
      reviveQid: popped.reviveQueueId,
      restNum: popped.rest,
      startOffsetInfo: popped.startOffsets.join(';'),
      msgOffsetInfo: popped.messageOffsets.join(';'),
      orderCountInfo: popped.orderCounts?.join(';'),
    },
    body: popped.records,
    onSent: () => {
      for (const release of popped.releases) release()
    },
  }
}

function peekedReply({ peekedAt, rest, records }: PeekedMessages) {
  const fields = { popTime: peekedAt, invisibleTime: 0, reviveQid: 0, restNum: rest }
  if (records.length === 0) return { code: ResponseCode.PULL_NOT_FOUND, remark: NO_MESSAGE, fields }
  return { remark: 'FOUND', fields, body: records }
}
