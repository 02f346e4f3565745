import type { HandlerContext } from './handling-options.js'

/** One call of a handler; its signal is only made when the handler, or somebody who aborts it, asks for it. */
export class HandlerCall implements HandlerContext {
  #controller: AbortController | undefined

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    return this.#controller.signal
  }

  abort(reason: unknown): void {
    this.#controller ??= new AbortController()
    this.#controller.abort(reason)
  }
}
