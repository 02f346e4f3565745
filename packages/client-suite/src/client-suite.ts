import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { adminTests } from './admin-tests.js'
import { badInputTests } from './bad-input-tests.js'
import { broadcastingTests } from './broadcasting-tests.js'
import { consumingTests } from './consuming-tests.js'
import { deadLetterTests } from './dead-letter-tests.js'
import { failureHistoryTests } from './failure-history-tests.js'
import { filterTests } from './filter-tests.js'
import { madeAgainTests } from './made-again-tests.js'
import { notFoundTests } from './not-found-tests.js'
import { orderedTests } from './ordered-tests.js'
import { pausingTests } from './pausing-tests.js'
import { poppingTests } from './popping-tests.js'
import { producingTests } from './producing-tests.js'
import { pullConsumerTests } from './pull-consumer-tests.js'
import { requestTests } from './request-tests.js'
import { retryTests } from './retry-tests.js'
import { routingTests } from './routing-tests.js'
import { type SuitePeer, SuiteWorld } from './suite-peer.js'
import { traceTests } from './trace-tests.js'
import { transactionTests } from './transaction-tests.js'
import { undeliveredTests } from './undelivered-tests.js'

/**
 * What the client promises, as tests to run against any RocketMQ cluster: ours in `npm test`, Apache's in CI. Needs
 * Vitest; `startPeer` is called once.
 */
export function clientSuite(peerName: string, startPeer: () => Promise<SuitePeer>): void {
  describe(`the client against ${peerName}`, () => {
    const world = new SuiteWorld()
    beforeAll(() => world.start(startPeer), 60_000)
    afterEach(() => world.closeClients(), 40_000)
    afterAll(() => world.stop(), 30_000)
    describe('sends', () => producingTests(world))
    describe('sends in transactions', () => transactionTests(world))
    describe('consumes', () => consumingTests(world))
    describe('filters', () => filterTests(world))
    describe('delivers again', () => retryTests(world))
    describe('notes why a handler failed', () => failureHistoryTests(world))
    describe('shows dead letters', () => deadLetterTests(world))
    describe('consumes in order', () => orderedTests(world))
    describe('broadcasting', () => broadcastingTests(world))
    describe('goes on', () => madeAgainTests(world))
    describe('pausing', () => pausingTests(world))
    describe('pops', () => poppingTests(world))
    describe('gives, when asked', () => pullConsumerTests(world))
    describe('requests', () => requestTests(world))
    describe('traces', () => traceTests(world))
    describe('refuses', () => badInputTests(world))
    describe('finds its way', () => routingTests(world))
    describe('administers', () => adminTests(world))
    describe('does not find', () => notFoundTests(world))
    describe('follows', () => undeliveredTests(world))
  })
}
