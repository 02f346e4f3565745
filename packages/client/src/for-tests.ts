export { type FakeContextOptions, fakeContext } from './for-tests/fake-context.js'
export { type FakeMessageOptions, fakeMessage } from './for-tests/fake-message.js'
export {
  type ConsumedOptions,
  type HandlerOutcome,
  type WatchedHandlers,
  watchHandlers,
} from './for-tests/watched-handlers.js'
