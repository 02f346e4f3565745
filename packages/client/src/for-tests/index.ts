export { type FakeMessageOptions, fakeMessage } from './fake-message.js'
export {
  type ConsumedOptions,
  type HandlerOutcome,
  type WatchedHandlers,
  watchHandlers,
} from './watched-handlers.js'
