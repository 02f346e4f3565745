import { isRocketeerError } from '@rocketeer/foundation'
import { decodeRecallHandle } from '@rocketeer/protocol'
import { recallMessage } from '@rocketeer/protocol/commands'
import { clientErrors } from '../errors.js'
import type { Brokers } from '../routing/brokers.js'
import type { RouteCache } from '../routing/route-cache.js'
import type { Tracer } from '../trace/tracer.js'

interface RecallNeeds {
  readonly brokers: Brokers
  readonly routes: RouteCache
  readonly tracer: Tracer | undefined
}

/** Takes a message back; see `Producer.recall`. */
export async function recall(
  { brokers, routes, tracer }: RecallNeeds,
  { group, topic, recallHandle }: { group: string; topic: string; recallHandle: string },
): Promise<string> {
  const handle = typeof recallHandle === 'string' ? decodeRecallHandle(recallHandle) : undefined
  if (handle?.topic !== topic) throw clientErrors.RECALL_HANDLE_INVALID({ topic })
  await routes.existing(topic)
  const fields = { producerGroup: group, topic, recallHandle, bname: handle.brokerName }
  try {
    const { msgId, region } = (await brokers.call(handle.brokerName, recallMessage, fields)).fields
    tracer?.recalled(group, { handle, region, success: true })
    return msgId
  } catch (error) {
    if (isRocketeerError(error, 'BROKER_REFUSED')) tracer?.recalled(group, { handle, success: false })
    throw error
  }
}
