import { messageOf, type WorkInFlight } from '@rocketeer/foundation'
import { ConsumeReturnType } from '@rocketeer/protocol'
import { channels, isTraced, tracing } from '../channels.js'
import type { Message } from '../messages/received-message.js'
import type { Tracer } from '../trace/tracer.js'
import type { ConsumeRates } from './consume-rates.js'
import type { HandlerContext, HandlingConfig } from './handling-options.js'
import { Postponed } from './postpone.js'
import { RetryLater } from './retry-later.js'

type HandlerConfig = { readonly group: string } & Pick<
  HandlingConfig,
  'handle' | 'handleBatch' | 'consumeTimeoutMs'
>

interface HandlerRunnerNeeds {
  tracer?: Tracer | undefined
  rates?: ConsumeRates | undefined
  inFlight?: WorkInFlight | undefined
}

/** One call of a handler. Its signal is made only when the handler asks for it or the call is aborted. */
export class HandlerCall implements HandlerContext {
  #controller: AbortController | undefined
  #onAbort: (() => void) | undefined

  constructor(readonly group: string) {}

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    return this.#controller.signal
  }

  /** Calls `listener` when the call is aborted, after the listeners of its signal. */
  onAbort(listener: () => void): void {
    this.#onAbort = listener
  }

  abort(reason: unknown): void {
    this.#controller ??= new AbortController()
    this.#controller.abort(reason)
    this.#onAbort?.()
  }

  /** Whether the handler gave up because it was told to: fetch throws the reason itself, timers a cause of theirs. */
  endedBy(thrown: unknown): boolean {
    const { aborted, reason } = this.#controller?.signal ?? { aborted: false, reason: undefined }
    return aborted && (thrown === reason || (thrown instanceof Error && thrown.cause === reason))
  }
}

/** What a handler threw, and after how long. */
export interface Failure {
  thrown: unknown
  durationMs: number
}

/**
 * What to report of a failure: nothing when the handler chose another delivery, nor when its call was aborted; why it gave
 * the message up, if it said so.
 */
export function problemOf(failure: Pick<Failure, 'thrown'> | undefined, call: HandlerCall): unknown {
  if (failure === undefined || call.endedBy(failure.thrown)) return undefined
  const { thrown } = failure
  if (thrown instanceof Postponed) return undefined
  if (!(thrown instanceof RetryLater)) return thrown
  return thrown.delayLevel < 0 ? thrown.cause : undefined
}

/** The outcome of a message handled at an administrator's request. Apache: CMResult. */
export interface HandledDirectly {
  result: 'CR_SUCCESS' | 'CR_LATER' | 'CR_THROW_EXCEPTION'
  remark: string | undefined
  elapsedMs: number
}

/** Calls the handler of a consumer and publishes the outcomes: to the trace, the rates and the diagnostics channels. */
export class HandlerRunner {
  readonly #config: HandlerConfig
  readonly #tracer: Tracer | undefined
  readonly #rates: ConsumeRates | undefined
  /** Of a manual clock, which stands still while a handler runs. */
  readonly #inFlight: WorkInFlight | undefined

  constructor(config: HandlerConfig, { tracer, rates, inFlight }: HandlerRunnerNeeds = {}) {
    this.#config = config
    this.#tracer = tracer
    this.#rates = rates
    this.#inFlight = inFlight
  }

  /** For `run`. */
  newCall(): HandlerCall {
    return new HandlerCall(this.#config.group)
  }

  /** `undefined` when consumed. Never rejects. */
  async run(messages: readonly Message[], call: HandlerCall): Promise<Failure | undefined> {
    const startedAt = performance.now()
    const traced = this.#tracer?.given(this.#config.group, messages)
    let failure: Failure | undefined
    try {
      await this.#call(messages, call)
    } catch (thrown) {
      failure = { thrown, durationMs: performance.now() - startedAt }
    }
    const elapsedMs = performance.now() - startedAt
    traced?.end(returnOf(failure, elapsedMs >= this.#config.consumeTimeoutMs), !failure)
    this.#rates?.handled(messages[0]!.queue.topic, messages.length, elapsedMs, failure !== undefined)
    if (channels.consume.hasSubscribers) {
      const { group } = this.#config
      for (const message of messages) {
        channels.consume.publish({ group, message, elapsedMs, error: failure?.thrown })
      }
    }
    return failure
  }

  /** Handles a message outside its queue, without effect on offsets or retries; for CONSUME_MESSAGE_DIRECTLY. */
  async runDirectly(message: Message): Promise<HandledDirectly> {
    const startedAt = performance.now()
    try {
      await this.#call([message], this.newCall())
      return { result: 'CR_SUCCESS', remark: undefined, elapsedMs: performance.now() - startedAt }
    } catch (error) {
      const chosen = error instanceof RetryLater || error instanceof Postponed
      const result = chosen ? 'CR_LATER' : 'CR_THROW_EXCEPTION'
      return { result, remark: messageOf(error), elapsedMs: performance.now() - startedAt }
    }
  }

  #call(messages: readonly Message[], call: HandlerCall): unknown {
    return this.#inFlight === undefined
      ? this.#handle(messages, call)
      : this.#holdClock(this.#inFlight, messages, call)
  }

  #handle(messages: readonly Message[], call: HandlerCall): unknown {
    if (!isTraced(tracing.handle)) return this.#callHandler(messages, call)
    const traced = { group: this.#config.group, messages }
    return tracing.handle.tracePromise(async () => this.#callHandler(messages, call), traced)
  }

  #callHandler(messages: readonly Message[], call: HandlerCall): unknown {
    const { handle, handleBatch } = this.#config
    return handle ? handle(messages[0]!, call) : handleBatch!(messages, call)
  }

  /** The clock goes on when the handler is over, waits for the clock itself, or has lost its message. */
  #holdClock(inFlight: WorkInFlight, messages: readonly Message[], call: HandlerCall): unknown {
    const describe = () => describeHandler(this.#config.group, messages)
    return inFlight.run(describe, (hold) => {
      call.onAbort(hold.release)
      return this.#handle(messages, call)
    })
  }
}

function describeHandler(group: string, messages: readonly Message[]): string {
  const { messageId, topic, key } = messages[0]!
  const which = key === undefined ? messageId : `${messageId} (key "${key}")`
  const others = messages.length > 1 ? ` and ${messages.length - 1} more` : ''
  return `the handler of group "${group}" with message ${which} of topic "${topic}"${others}`
}

/** Apache: ConsumeMessageConcurrentlyService.ConsumeRequest, where an exception takes precedence over a timeout. */
function returnOf(failure: Failure | undefined, late: boolean): number {
  const thrown = failure?.thrown
  const chosen = thrown instanceof RetryLater || thrown instanceof Postponed
  if (failure !== undefined && !chosen) return ConsumeReturnType.EXCEPTION
  if (late) return ConsumeReturnType.TIME_OUT
  return failure === undefined ? ConsumeReturnType.SUCCESS : ConsumeReturnType.FAILED
}
