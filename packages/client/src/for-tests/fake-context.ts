import type { HandlerContext } from '../handling/handling-options.js'

/** What `fakeContext` takes. */
export interface FakeContextOptions {
  /** `'test'`. */
  group?: string | undefined
  /** By default one that is never aborted. */
  signal?: AbortSignal | undefined
}

/**
 * What a handler gets besides the message, for unit tests of handlers without a broker:
 *
 *     await grantCoupon(fakeMessage({ key: 'order-1' }), fakeContext({ signal: AbortSignal.abort() }))
 */
export function fakeContext({ group = 'test', signal }: FakeContextOptions = {}): HandlerContext {
  return { group, signal: signal ?? new AbortController().signal }
}
