import { randomUUID } from 'node:crypto'
import { clientErrors } from '../errors.js'
import type { Message } from '../messages/received-message.js'

interface Pending {
  resolve: (reply: Message) => void
  reject: (reason: unknown) => void
}

/** Requests whose replies have not come yet. Apache: RequestFutureHolder. */
export class PendingRequests {
  readonly #pending = new Map<string, Pending>()

  /** The id that the reply has to carry, and the reply; rejects with `REPLY_TIMEOUT` or the signal's reason. */
  open(
    topic: string,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): { correlationId: string; reply: Promise<Message>; cancel: (reason: unknown) => void } {
    const correlationId = randomUUID()
    const cancel = (reason: unknown) => this.#pending.get(correlationId)?.reject(reason)
    const reply = new Promise<Message>((resolve, reject) => {
      this.#pending.set(correlationId, { resolve, reject })
    })
    const timer = setTimeout(() => cancel(clientErrors.REPLY_TIMEOUT({ topic, timeoutMs })), timeoutMs)
    const onAbort = () => cancel(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    const ended = reply.finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      this.#pending.delete(correlationId)
    })
    // The reply may be rejected while its request is still being sent, when nobody waits for it yet.
    ended.catch(() => undefined)
    return { correlationId, reply: ended, cancel }
  }

  /** A reply has come; one that nobody waits for any more is dropped. */
  answer(correlationId: string, reply: Message): void {
    this.#pending.get(correlationId)?.resolve(reply)
  }
}
