import {
  ackMessage,
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
import type { Peeker } from './peeker.js'
import type { PopNotifier } from './pop-notifier.js'
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
    route(popMessage, (request) => popper.pop(request)),

    // A popped message was consumed, or several were.
    route(ackMessage, ({ fields }) => acknowledger.acknowledge(fields)),
    route(batchAckMessage, ({ body }) => acknowledger.acknowledgeBatch(body)),

    // A consumer needs longer for a popped message, or gives it back.
    route(changeMessageInvisibletime, ({ fields }) => acknowledger.changeInvisibleTime(fields)),

    // A proxy asks whether popping pays, and how many pops wait at a queue.
    route(notification, ({ fields, connection }) => popNotifier.notify(fields, connection)),
    route(pollingInfo, ({ fields }) => popNotifier.pollingInfo(fields)),

    // Shows messages without taking them.
    route(peekMessage, ({ fields }) => peeker.peek(fields)),

    // Apache's broker can keep check points in RocksDB, and moves them to the revive topic when asked. Here they are
    // always in that topic, so there is nothing to move. Apache: AdminBrokerProcessor.transferPopToFsStore.
    route(popRollback, () => ({})),
  ]
}
